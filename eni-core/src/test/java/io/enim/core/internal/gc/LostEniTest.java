package io.enim.core.internal.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.core.stress.ForwardingDevices;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A held ENI is deleted at the cloud, device and all: its end needs no help, and comes on no single source's word. */
@Tag("slow")
class LostEniTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final AtomicBoolean refusing = new AtomicBoolean();
    private final AtomicReference<List<String>> unsearched = new AtomicReference<>(List.of());
    private TestNode node;
    private EniManager manager;
    private Assignment web;

    /** The machine's time, and what the test lets pass beyond it. */
    private final class Ahead extends Clock {
        @Override
        public Instant instant() {
            return Instant.now().plus(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("this clock knows UTC alone");
        }
    }

    @BeforeEach
    void anEniIsDeletedWhileItsEndpointLives() {
        node = new TestNode(directory, 2)
                .clock(new Ahead())
                .set(EniSetting.GC_AGE, "5m")
                .set(EniSetting.POOL_RECONCILE, "2s")
                .aroundDevices(devices -> new ForwardingDevices(devices) {
                    @Override
                    public ReturnReport returnToHost(DeviceBaseline state, Optional<Netns> netns, Duration timeout) {
                        ReturnReport found = super.returnToHost(state, netns, timeout);
                        return found.foundIn() == Location.NOT_FOUND
                                ? new ReturnReport(Location.NOT_FOUND, List.of(), unsearched.get())
                                : found;
                    }
                })
                .failPoint((step, side) -> {
                    if (step == Step.DEL_RELEASE && side == Side.BEFORE && refusing.get()) {
                        throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "as the test has it");
                    }
                });
        manager = node.startWarm(2);
        web = node.add("web");
        deleteAtTheCloud(web);
        Awaitility.await("the pool misses it")
                .until(() -> manager.health().reasons().stream()
                        .anyMatch(reason -> reason.startsWith(web.eni().id() + ": not in the cloud's last")));
        ahead.set(LONG);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void deleteAtTheCloud(Assignment held) {
        node.model().detach(held.eni().id());
        node.model().delete(held.eni().id());
    }

    /** The cloud's side is proven; all the rest of the proof is the test's. */
    private void evidenceIsThere() {
        Awaitility.await("the cloud lacked it for long")
                .until(() -> node.lossEvidence(web.endpoint()).isPresent());
    }

    private GcReport gcUntilForgotten() {
        AtomicReference<GcReport> last = new AtomicReference<>();
        Awaitility.await("it is written off").until(() -> {
            last.set(manager.gc());
            return last.get().findings(Kind.LOST_ENI).stream().anyMatch(found -> found.outcome() == Outcome.DONE);
        });
        return last.get();
    }

    /** The sandbox ends, and the round that this asks for is over. */
    private void endSandbox() {
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        Awaitility.await("the event's round")
                .until(() -> manager.health().reasons().stream()
                        .anyMatch(reason -> reason.contains("its device did not return to the host")));
    }

    @Test
    void p5_itStaysWithAnEndpointThatLives() {
        evidenceIsThere();
        GcReport report = manager.gc();
        assertThat(report.findings()).noneMatch(finding -> finding.outcome() == Outcome.DONE);
        assertThat(manager.assignments()).containsExactly(web);
        assertThat(manager.enis()).anySatisfy(eni -> assertThat(eni.holder()).contains(web.endpoint()));
    }

    @Test
    void p5_itIsKeptWhileItsSandboxLingers() {
        manager.del(web.endpoint());
        evidenceIsThere();
        manager.gc();
        assertThat(manager.assignments()).extracting(Assignment::phase).containsExactly(Phase.QUARANTINED);
    }

    @Test
    void p5_itIsKeptWhileSomePlaceOfTheMachineCannotBeSearched() {
        endSandbox();
        manager.del(web.endpoint());
        evidenceIsThere();
        unsearched.set(List.of("namespace id 7 could not be searched"));
        assertThat(manager.gc().findings(Kind.QUARANTINED))
                .singleElement()
                .satisfies(finding -> assertThat(finding.action()).contains("not searched: namespace id 7"));
        unsearched.set(List.of());
        gcUntilForgotten();
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void a12_itIsForgottenOnceEndpointSandboxAndDeviceAreGone() {
        endSandbox();
        manager.del(web.endpoint());
        assertThat(manager.health().reasons()).anyMatch(reason -> reason.contains("is quarantined with"));

        evidenceIsThere();
        assertThat(manager.gc(GcRequest.full().dryRun()).findings(Kind.QUARANTINED))
                .singleElement()
                .extracting(Finding::evidence)
                .asString()
                .contains("complete descriptions in a row");
        assertThat(manager.assignments()).hasSize(1);
        GcReport report = gcUntilForgotten();

        assertThat(report.findings(Kind.LOST_ENI)).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).contains("web", web.eni().id());
            assertThat(finding.evidence())
                    .contains("its endpoint is gone", "device is nowhere", "does not show it", "in a row");
            assertThat(finding.action()).contains("nothing is asked of the cloud");
        });
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 2);
        assertThat(manager.enis()).noneMatch(eni -> eni.id().equals(web.eni().id()));
        assertThat(manager.health().reasons()).isEmpty();
        assertThat(manager.gc().findings()).isEmpty();
    }

    @Test
    void p5_whenTheProviderFailsToForgetItTheNextRoundSeesToIt() {
        endSandbox();
        manager.del(web.endpoint());
        refusing.set(true);

        GcReport report = gcUntilForgotten();

        assertThat(report.findings(Kind.LOST_ENI))
                .singleElement()
                .extracting(Finding::evidence)
                .asString()
                .contains("the ledger has no such endpoint");
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 2);
        assertThat(manager.health().reasons()).isEmpty();
    }

    @Test
    void p5_afterARestartItEndsAlike() {
        endSandbox();
        manager.del(web.endpoint());
        node.close();
        manager = node.start();
        Awaitility.await("it is awaited")
                .until(() -> manager.health().reasons().stream()
                        .anyMatch(reason -> reason.contains("the cloud does not list it")));
        manager.gc();
        assertThat(manager.assignments())
                .as("a new process begins to count anew")
                .hasSize(1);
        ahead.set(LONG.multipliedBy(2));
        gcUntilForgotten();
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 2);
    }
}

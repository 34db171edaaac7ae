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
import io.enim.core.Overriding;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A held ENI is deleted at the cloud, device and all: its end needs no help, and comes on no single source's word. */
@Tag("slow")
class LostEniTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final AtomicBoolean refusing = new AtomicBoolean();
    private final AtomicBoolean withoutEvents = new AtomicBoolean();
    private final AtomicReference<List<String>> unsearched = new AtomicReference<>(List.of());
    private EniManager manager;
    private Assignment web;

    @BeforeEach
    void anEniIsDeletedWhileItsEndpointLives() {
        node.set(EniSetting.GC_AGE, "5m")
                .set(EniSetting.POOL_RECONCILE, "1s")
                .aroundDevices(devices -> Overriding.methods(NetworkDevices.class, devices, this))
                .failPoint((step, side) -> {
                    if (step == Step.DEL_RELEASE && side == Side.BEFORE && refusing.get()) {
                        throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "as the test has it");
                    }
                });
        manager = node.startWarm(2);
        web = node.add("web");
        node.deleteAtTheCloud(web.eni().id());
        awaitReason(web.eni().id() + ": not in the cloud's last");
        node.pass(LONG);
    }

    /** In place of that of the devices. */
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        ReturnReport found = node.devices().returnToHost(baseline, netns, timeout);
        return found.foundIn() == Location.NOT_FOUND
                ? new ReturnReport(Location.NOT_FOUND, List.of(), unsearched.get())
                : found;
    }

    /** In place of that of the devices: a new ENI's device would ask for a round, which may end what the test waits for. */
    public NetworkDevices.Subscription watch(Consumer<DeviceEvent> listener) {
        return node.devices().watch(event -> {
            if (!withoutEvents.get()) {
                listener.accept(event);
            }
        });
    }

    private void awaitReason(String text) {
        Awaitility.await(text)
                .until(() -> manager.health().reasons().stream().anyMatch(reason -> reason.contains(text)));
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

    /** The sandbox ends, and the round that this asks for is over; all later rounds are the test's. */
    private void endSandbox() {
        node.devices().killSandbox(web.sandbox().orElseThrow().path());
        awaitReason("its device did not return to the host");
        withoutEvents.set(true);
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
        GcReport dry = manager.gc(GcRequest.full().dryRun());
        TestNode.only(dry, Kind.QUARANTINED, Outcome.DRY_RUN, "complete descriptions in a row");
        assertThat(manager.assignments()).hasSize(1);
        GcReport report = gcUntilForgotten();

        String[] evidence = {"its endpoint is gone", "device is nowhere", "does not show it", "in a row"};
        Finding finding = TestNode.only(report, Kind.LOST_ENI, Outcome.DONE, evidence);
        assertThat(finding.subject()).contains("web", web.eni().id());
        assertThat(finding.action()).contains("nothing is asked of the cloud");
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

        TestNode.only(report, Kind.LOST_ENI, Outcome.DONE, "the ledger has no such endpoint");
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
        awaitReason("the cloud does not list it");
        manager.gc();
        assertThat(manager.assignments())
                .as("a new process begins to count anew")
                .hasSize(1);
        node.pass(LONG);
        gcUntilForgotten();
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 2);
    }
}

package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.World.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.Mark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leftovers in the cloud: proven and deleted, or doubtful and left. */
final class EniPoolCollectTest {
    @TempDir
    Path state;

    private World world;

    @BeforeEach
    void setUp() {
        world = new World(state).with(EniSetting.POOL_WARM, 0);
    }

    @AfterEach
    void noCloudWouldForgive() {
        assertThat(world.cloud.violations).isEmpty();
    }

    private void leave(String id) {
        world.cloud.add(id, Status.AVAILABLE, Optional.empty(), Optional.of(TestCloud.OURS));
    }

    /** The caller waits for the cloud; as long as it does, the test moves the time, a second for each breath. */
    private List<Finding> collect(EniPool pool, Mode mode) {
        CompletableFuture<List<Finding>> findings = CompletableFuture.supplyAsync(() -> pool.collect(mode));
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    world.scheduler.runDue();
                    try {
                        findings.get(50, TimeUnit.MILLISECONDS);
                    } catch (TimeoutException e) {
                        world.passSeconds(1);
                    }
                    return findings.isDone();
                });
        return findings.join();
    }

    @Test
    void p12_aProvenLeftoverIsDeletedWithItsEvidence() {
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(11));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.CLOUD_LEFTOVER);
            assertThat(finding.subject()).isEqualTo("eni-left");
            assertThat(finding.outcome()).isEqualTo(Outcome.DONE);
            assertThat(finding.evidence())
                    .contains("c/n", "created at", "older than 300 s", "looks", "attached to nothing", "no ledger");
        });
        assertThat(world.cloud.enis).isEmpty();
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }

    @Test
    void dryRunOnlySays() {
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(11));
        assertThat(collect(pool, Mode.DRY_RUN)).extracting(Finding::outcome).containsExactly(Outcome.WOULD_DO);
        world.pass(Duration.ofHours(1));
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void p12_f7_oneThatIsYoungIsLeft() {
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(1));
        leave("eni-young");
        world.pass(Duration.ofMinutes(4));
        assertThat(collect(pool, Mode.ACT)).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.outcome()).isEqualTo(Outcome.LEFT);
        });
        assertThat(world.cloud.enis).containsKey("eni-young");
    }

    @Test
    void p12_oneLookIsNotEnough() {
        world.with(EniSetting.GC_AGE, Duration.ZERO);
        leave("eni-once");
        EniPool pool = world.start();
        world.passSeconds(5);
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("one look");
        });
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void p12_anUnknownAgeIsNoGreatAge() {
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(20));
        leave("eni-undated");
        world.cloud.undated("eni-undated");
        while (collect(pool, Mode.DRY_RUN).isEmpty()) {
            world.passSeconds(30);
        }
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.LEFT);
        assertThat(world.cloud.enis).hasSize(1);
        world.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void p12_whatIsNotOursOrAttachedElsewhereIsLeft() {
        world.cloud.add("eni-other", Status.AVAILABLE, Optional.empty(), Optional.of(new Mark("c", "other")));
        world.cloud.add("eni-none", Status.AVAILABLE, Optional.empty(), Optional.empty());
        world.cloud.add("eni-away", Status.ATTACHED, Optional.of("i-2"), Optional.of(TestCloud.OURS));
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(30));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo("eni-away");
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("i-2");
        });
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void aCloudThatCannotBeHeardProvesNothing() {
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(11));
        world.cloud.failAlways(Call.DESCRIBE, TestCloud.retryable(Refusal.UNAVAILABLE));
        world.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("too long ago");
        });
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void aLedgerThatTheCloudContradictsProvesNothing() {
        leave("eni-left");
        world.held.put(World.endpoint(1), "eni-vanished");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::kind).containsExactly(Kind.UNCERTAIN);
        assertThat(world.cloud.enis).containsKey("eni-left");
    }

    @Test
    void oneThatGotAttachedMeanwhileIsNotDeleted() {
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(11));
        world.cloud.become("eni-left", Status.ATTACHED, Optional.of("i-2"));
        collect(pool, Mode.ACT);
        world.pass(Duration.ofMinutes(30));
        assertThat(world.cloud.count(Call.DELETE)).isZero();
        assertThat(world.cloud.count(Call.DETACH)).isZero();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void aFailedDeletionIsReportedAndRepeated() {
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(11));
        world.cloud.failNext(Call.DELETE, TestCloud.retryable(Refusal.UNAVAILABLE), When.BEFORE_EFFECT);
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(finding.action()).contains("UNAVAILABLE");
        });
        world.pass(Duration.ofMinutes(20));
        assertThat(world.cloud.enis).isEmpty();
    }

    @Test
    void aProvenLeftoverIsUsedAgainBeforeANewOneIsCreated() {
        world.cloud.failAlways(Call.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        world.with(EniSetting.POOL_WARM, 1);
        leave("eni-left");
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(30));
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-left");
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }
}

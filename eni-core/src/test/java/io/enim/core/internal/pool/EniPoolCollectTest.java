package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.ProviderException.Refusal;
import io.enim.core.TestNode;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.OwnerTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orphans in the cloud: proven and deleted, or doubtful and left alone. */
final class EniPoolCollectTest extends PoolFixture {
    @BeforeEach
    void noneIsWarm() {
        with(EniSetting.POOL_WARM, 0);
    }

    private void leave(String id) {
        cloud.addAvailable(id, Optional.of(TestCloud.OURS));
    }

    /** The caller waits for the cloud; as long as it does, the test advances the clock in steps of a second. */
    private List<Finding> collect(EniPool pool, Mode mode) {
        CompletableFuture<List<Finding>> findings = new CompletableFuture<>();
        Thread caller = new Thread(() -> findings.complete(pool.collect(mode)));
        caller.start();
        Awaitility.await().until(() -> {
            if (caller.getState() == Thread.State.TIMED_WAITING) {
                scheduler.runDue();
                passSeconds(1);
            }
            return findings.isDone();
        });
        return findings.join();
    }

    private Finding onlyFinding(EniPool pool, Kind kind, Outcome outcome, String... evidence) {
        return TestNode.only(collect(pool, Mode.ACT), kind, outcome, evidence);
    }

    @Test
    void p12_aProvenOrphanIsDeletedWithItsEvidence() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        String[] evidence = {"c/n", "created at", "older than 300 s", "descriptions", "attached to nothing", "no ledger"
        };
        assertThat(onlyFinding(pool, Kind.CLOUD_ORPHAN, Outcome.DONE, evidence).subject())
                .isEqualTo("eni-left");
        assertThat(cloud.enis).isEmpty();
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }

    /** No round runs here: a collection that asks for one gets no answer. */
    @Test
    void whereTheLastRoundLeftNothingToCollectNoRoundIsWaitedFor() {
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        assertThat(pool.collect(Mode.ACT)).isEmpty();
    }

    /** Its loop runs no more, and a manager that closes waits for the thread. */
    @Test
    void p8_p17_aCollectionThatWaitsForARoundEndsWhenThePoolCloses() throws Exception {
        with(EniSetting.CLOUD_TIMEOUT, Duration.ofHours(1));
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        EniPool pool = start();
        CompletableFuture<List<Finding>> findings = new CompletableFuture<>();
        Thread caller = new Thread(() -> findings.complete(pool.collect(Mode.ACT)));
        caller.start();
        Awaitility.await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        close(pool);
        assertThat(findings.get(1, TimeUnit.MINUTES))
                .singleElement()
                .matches(found -> found.evidence().equals("the pool is closed"));
    }

    @Test
    void p12_whereNothingWasLeftADescribeThatIsTooOldIsReported() {
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        pass(Duration.ofMinutes(20));
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "too long ago");
    }

    @Test
    void p12_aLoopThatStoodStillSaysNothingOfNow() {
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        clock.advance(Duration.ofMinutes(20));
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "too long ago");
    }

    @Test
    void p12_beforeTheFirstDescribeNothingIsSaidToBeCollected() {
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        EniPool pool = start();
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "no successful cloud describe");
    }

    @Test
    void oneOfAnotherNodeThatIsAttachedHereIsReportedAsLongAsItIs() {
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.addAvailable("eni-other", Optional.of(new OwnerTag("c", "other")));
        cloud.become("eni-other", Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        pass(Duration.ofMinutes(11));
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "another node");
        cloud.become("eni-other", Status.AVAILABLE, Optional.empty());
        pass(Duration.ofMinutes(11));
        assertThat(pool.collect(Mode.ACT)).isEmpty();
    }

    @Test
    void aDeletionThatFailsAgainAndAgainIsReportedUntilItIsDone() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.failAlways(CloudCall.DELETE, TestCloud.refused(Refusal.UNAVAILABLE));
        collect(pool, Mode.ACT);
        pass(Duration.ofMinutes(11));
        onlyFinding(pool, Kind.CLOUD_ORPHAN, Outcome.FAILED, "to be retired");
        cloud.heal();
        pass(Duration.ofMinutes(20));
        assertThat(pool.collect(Mode.ACT)).isEmpty();
    }

    @Test
    void dryRunOnlyReports() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        assertThat(collect(pool, Mode.DRY_RUN)).extracting(Finding::outcome).containsExactly(Outcome.DRY_RUN);
        pass(Duration.ofHours(1));
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void p12_f7_oneThatIsYoungIsLeft() {
        EniPool pool = start();
        pass(Duration.ofMinutes(1));
        leave("eni-young");
        pass(Duration.ofMinutes(4));
        assertThat(collect(pool, Mode.ACT)).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.outcome()).isEqualTo(Outcome.SKIPPED);
        });
        assertThat(cloud.enis).containsKey("eni-young");
    }

    @Test
    void p12_oneDescribeIsNotEnough() {
        with(EniSetting.GC_AGE, Duration.ZERO);
        leave("eni-once");
        EniPool pool = start();
        passSeconds(5);
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "one description");
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void p12_anUnknownAgeIsNoGreatAge() {
        EniPool pool = start();
        pass(Duration.ofMinutes(20));
        leave("eni-undated");
        cloud.undated("eni-undated");
        while (collect(pool, Mode.DRY_RUN).isEmpty()) {
            passSeconds(30);
        }
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.SKIPPED);
        assertThat(cloud.enis).hasSize(1);
        pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void p12_whatIsNotOursOrAttachedElsewhereIsLeft() {
        cloud.addAvailable("eni-other", Optional.of(new OwnerTag("c", "other")));
        cloud.addAvailable("eni-none", Optional.empty());
        leave("eni-away");
        cloud.become("eni-away", Status.ATTACHED, Optional.of("i-2"));
        EniPool pool = start();
        pass(Duration.ofMinutes(30));
        assertThat(onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "i-2").subject())
                .isEqualTo("eni-away");
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void aCloudThatCannotBeDescribedProvesNothing() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        pass(Duration.ofMinutes(20));
        onlyFinding(pool, Kind.UNCERTAIN, Outcome.SKIPPED, "too long ago");
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void aLedgerThatTheCloudContradictsProvesNothing() {
        leave("eni-left");
        held.put(PoolFixture.endpoint(1), "eni-vanished");
        EniPool pool = start();
        pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::kind).containsExactly(Kind.UNCERTAIN);
        assertThat(cloud.enis).containsKey("eni-left");
    }

    @Test
    void oneThatGotAttachedMeanwhileIsNotDeleted() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.become("eni-left", Status.ATTACHED, Optional.of("i-2"));
        collect(pool, Mode.ACT);
        pass(Duration.ofMinutes(30));
        assertThat(cloud.count(CloudCall.DELETE)).isZero();
        assertThat(cloud.count(CloudCall.DETACH)).isZero();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void aFailedDeletionIsReportedAndRepeated() {
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(11));
        cloud.failNext(CloudCall.DELETE, TestCloud.refused(Refusal.UNAVAILABLE), When.BEFORE_EFFECT);
        assertThat(onlyFinding(pool, Kind.CLOUD_ORPHAN, Outcome.FAILED).action())
                .contains("UNAVAILABLE");
        pass(Duration.ofMinutes(20));
        assertThat(cloud.enis).isEmpty();
    }

    @Test
    void aProvenOrphanIsReusedBeforeANewEniIsCreated() {
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        with(EniSetting.POOL_WARM, 1);
        leave("eni-left");
        EniPool pool = start();
        pass(Duration.ofMinutes(30));
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-left");
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }
}

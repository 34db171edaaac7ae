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
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.OwnerTag;
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

/** Orphans in the cloud: proven and deleted, or doubtful and left alone. */
final class EniPoolCollectTest {
    @TempDir
    Path state;

    private PoolFixture poolFixture;

    @BeforeEach
    void setUp() {
        poolFixture = new PoolFixture(state).with(EniSetting.POOL_WARM, 0);
    }

    @AfterEach
    void noCallWasForbidden() {
        assertThat(poolFixture.cloud.violations).isEmpty();
    }

    private void leave(String id) {
        poolFixture.cloud.add(id, Status.AVAILABLE, Optional.empty(), Optional.of(TestCloud.OURS));
    }

    /** The caller waits for the cloud; as long as it does, the test advances the clock in steps of a second. */
    private List<Finding> collect(EniPool pool, Mode mode) {
        CompletableFuture<List<Finding>> findings = CompletableFuture.supplyAsync(() -> pool.collect(mode));
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    poolFixture.scheduler.runDue();
                    try {
                        findings.get(50, TimeUnit.MILLISECONDS);
                    } catch (TimeoutException e) {
                        poolFixture.passSeconds(1);
                    }
                    return findings.isDone();
                });
        return findings.join();
    }

    @Test
    void p12_aProvenOrphanIsDeletedWithItsEvidence() {
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(11));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.CLOUD_ORPHAN);
            assertThat(finding.subject()).isEqualTo("eni-left");
            assertThat(finding.outcome()).isEqualTo(Outcome.DONE);
            assertThat(finding.evidence())
                    .contains(
                            "c/n",
                            "created at",
                            "older than 300 s",
                            "descriptions",
                            "attached to nothing",
                            "no ledger");
        });
        assertThat(poolFixture.cloud.enis).isEmpty();
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }

    @Test
    void dryRunOnlyReports() {
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(11));
        assertThat(collect(pool, Mode.DRY_RUN)).extracting(Finding::outcome).containsExactly(Outcome.DRY_RUN);
        poolFixture.pass(Duration.ofHours(1));
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void p12_f7_oneThatIsYoungIsLeft() {
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(1));
        leave("eni-young");
        poolFixture.pass(Duration.ofMinutes(4));
        assertThat(collect(pool, Mode.ACT)).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.outcome()).isEqualTo(Outcome.SKIPPED);
        });
        assertThat(poolFixture.cloud.enis).containsKey("eni-young");
    }

    @Test
    void p12_oneDescribeIsNotEnough() {
        poolFixture.with(EniSetting.GC_AGE, Duration.ZERO);
        leave("eni-once");
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(5);
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("one description");
        });
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void p12_anUnknownAgeIsNoGreatAge() {
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(20));
        leave("eni-undated");
        poolFixture.cloud.undated("eni-undated");
        while (collect(pool, Mode.DRY_RUN).isEmpty()) {
            poolFixture.passSeconds(30);
        }
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.SKIPPED);
        assertThat(poolFixture.cloud.enis).hasSize(1);
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void p12_whatIsNotOursOrAttachedElsewhereIsLeft() {
        poolFixture.cloud.add("eni-other", Status.AVAILABLE, Optional.empty(), Optional.of(new OwnerTag("c", "other")));
        poolFixture.cloud.add("eni-none", Status.AVAILABLE, Optional.empty(), Optional.empty());
        poolFixture.cloud.add("eni-away", Status.ATTACHED, Optional.of("i-2"), Optional.of(TestCloud.OURS));
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo("eni-away");
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("i-2");
        });
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void aCloudThatCannotBeDescribedProvesNothing() {
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(11));
        poolFixture.cloud.failAlways(CloudCall.DESCRIBE, TestCloud.retryable(Refusal.UNAVAILABLE));
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(finding.evidence()).contains("too long ago");
        });
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void aLedgerThatTheCloudContradictsProvesNothing() {
        leave("eni-left");
        poolFixture.held.put(PoolFixture.endpoint(1), "eni-vanished");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(collect(pool, Mode.ACT)).extracting(Finding::kind).containsExactly(Kind.UNCERTAIN);
        assertThat(poolFixture.cloud.enis).containsKey("eni-left");
    }

    @Test
    void oneThatGotAttachedMeanwhileIsNotDeleted() {
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(11));
        poolFixture.cloud.become("eni-left", Status.ATTACHED, Optional.of("i-2"));
        collect(pool, Mode.ACT);
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(poolFixture.cloud.count(CloudCall.DELETE)).isZero();
        assertThat(poolFixture.cloud.count(CloudCall.DETACH)).isZero();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void aFailedDeletionIsReportedAndRepeated() {
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(11));
        poolFixture.cloud.failNext(CloudCall.DELETE, TestCloud.retryable(Refusal.UNAVAILABLE), When.BEFORE_EFFECT);
        assertThat(collect(pool, Mode.ACT)).singleElement().satisfies(finding -> {
            assertThat(finding.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(finding.action()).contains("UNAVAILABLE");
        });
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(poolFixture.cloud.enis).isEmpty();
    }

    @Test
    void aProvenOrphanIsReusedBeforeANewEniIsCreated() {
        poolFixture.cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        poolFixture.with(EniSetting.POOL_WARM, 1);
        leave("eni-left");
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-left");
        assertThat(collect(pool, Mode.ACT)).isEmpty();
    }
}

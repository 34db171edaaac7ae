package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.count;
import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A held ENI that is deleted or detached at the cloud by another party: when the pool reports it, and how it forgets it. */
final class EniPoolLossTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(20);

    @TempDir
    Path state;

    private PoolFixture poolFixture;
    private EniPool pool;
    private Eni eni;

    @BeforeEach
    void setUp() {
        poolFixture = new PoolFixture(state).with(EniSetting.GC_AGE, PATIENCE);
    }

    @AfterEach
    void theLostEniWasNotChanged() {
        assertThat(poolFixture.cloud.violations).isEmpty();
        assertThat(poolFixture.cloud.calls)
                .as("the ENI that was lost is neither detached nor deleted by the pool")
                .noneMatch(call -> call.equals("detach " + eni.id()) || call.equals("delete " + eni.id()));
    }

    /** Endpoint 1 holds an ENI, and its device is away. */
    private void startHolding() {
        pool = poolFixture.start();
        poolFixture.passSeconds(10);
        eni = pool.allocateNextEni(endpoint(1));
        poolFixture.held.put(endpoint(1), eni.id());
        poolFixture.devices.unplug(eni.mac());
        poolFixture.passSeconds(10);
    }

    private void deletedAtTheCloud() {
        poolFixture.cloud.enis.remove(eni.id());
    }

    private long describes() {
        return poolFixture.cloud.count(CloudCall.DESCRIBE);
    }

    @Test
    void f13_aFewDescriptionsThatLackItProveNothing() {
        poolFixture.with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(30));
        startHolding();
        poolFixture.cloud.hidden.add(eni.id());
        long before = describes();
        poolFixture.pass(PATIENCE.dividedBy(2));
        assertThat(describes() - before).as("descriptions that lack it").isGreaterThanOrEqualTo(3);
        assertThat(pool.lossEvidence(endpoint(1)))
                .as("it was not missing for long")
                .isEmpty();
    }

    @Test
    void f13_timeAloneProvesNothing() {
        poolFixture
                .with(EniSetting.POOL_RECONCILE, Duration.ofHours(2))
                .with(EniSetting.POOL_POLL_INITIAL, Duration.ofHours(1));
        pool = poolFixture.start();
        poolFixture.pass(Duration.ofHours(10));
        eni = pool.allocateNextEni(endpoint(1));
        poolFixture.cloud.hidden.add(eni.id());
        long before = describes();
        while (describes() < before + 2) {
            poolFixture.pass(Duration.ofMinutes(1));
        }
        assertThat(pool.lossEvidence(endpoint(1)))
                .as("two descriptions, hours apart")
                .isEmpty();
    }

    @Test
    void f13_oneDescriptionThatShowsItEndsTheSuspicion() {
        startHolding();
        poolFixture.cloud.hidden.add(eni.id());
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        poolFixture.cloud.hidden.clear();
        poolFixture.pass(Duration.ofMinutes(7));
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
        poolFixture.cloud.hidden.add(eni.id());
        poolFixture.passSeconds(30);
        assertThat(pool.lossEvidence(endpoint(1))).as("the count starts again").isEmpty();
    }

    @Test
    void whileTheCloudIsNotDescribedNothingIsEvidence() {
        startHolding();
        deletedAtTheCloud();
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        poolFixture.cloud.failAlways(CloudCall.DESCRIBE, TestCloud.lost());
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    @Test
    void anEndpointThatHoldsNothingLosesNothing() {
        startHolding();
        poolFixture.cloud.hidden.addAll(poolFixture.cloud.enis.keySet());
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        assertThat(pool.lossEvidence(endpoint(2))).isEmpty();
        pool.forgetLost(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    @Test
    void p5_aForgottenEniGivesItsPlaceToAnother() {
        poolFixture.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        startHolding();
        deletedAtTheCloud();
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1)).orElseThrow())
                .contains("does not show it", "complete descriptions in a row");
        assertThat(count(pool, EniState.IN_USE))
                .as("until it is told to forget it")
                .isEqualTo(1);

        pool.forgetLost(endpoint(1));
        pool.forgetLost(endpoint(1));
        poolFixture.pass(Duration.ofMinutes(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));
        assertThat(ids(pool, EniState.READY)).hasSize(1);
        assertThat(pool.problems()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_anEniNotDescribedSinceTheStartIsForgottenAlike() {
        startHolding();
        deletedAtTheCloud();
        pool = poolFixture.restart(pool);
        poolFixture.pass(LONG);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(RetryableProviderException.class);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();

        pool.forgetLost(endpoint(1));

        assertThat(pool.problems()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_anEniDetachedByAnotherPartyIsLostAlike() {
        startHolding();
        poolFixture.cloud.become(eni.id(), Status.ATTACHED, Optional.of("i-other"));
        poolFixture.devices.unplug(eni.mac());
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1)).orElseThrow()).contains("shows it ATTACHED at i-other");

        pool.forgetLost(endpoint(1));
        poolFixture.pass(LONG);

        assertThat(ids(pool, EniState.READY)).hasSize(2).doesNotContain(eni.id());
        assertThat(poolFixture.cloud.enis.get(eni.id()).instanceId()).contains("i-other");
    }

    @Test
    void oneThatIsOnItsWayIsNotLost() {
        startHolding();
        poolFixture.cloud.become(eni.id(), Status.DETACHING, Optional.of(TestCloud.INSTANCE));
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    /** All descriptions were wrong for longer than any timeout; correct ones return after the ENI was forgotten. */
    @Test
    void p1_p2_anEniThatShowsAgainIsOfferedOnlyOnceItsDeviceIsOnTheHost() {
        poolFixture.with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        startHolding();
        poolFixture.cloud.hidden.add(eni.id());
        poolFixture.pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        poolFixture.cloud.hidden.clear();

        pool.forgetLost(endpoint(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()) && listed.state() == EniState.READY);
        poolFixture.pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        poolFixture.devices.plug(eni.mac());
        poolFixture.passSeconds(10);
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.state()).isEqualTo(EniState.READY);
        });
    }

    @Test
    void p1_p2_anEniThatShowsAgainAfterItWasForgottenIsCheckedLikeANewOne() {
        startHolding();
        poolFixture.cloud.hidden.add(eni.id());
        poolFixture.pass(LONG);
        pool.forgetLost(endpoint(1));
        poolFixture.pass(LONG);
        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));

        poolFixture.cloud.hidden.clear();
        poolFixture.pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        poolFixture.devices.plug(eni.mac());
        poolFixture.passSeconds(10);
        assertThat(ids(pool, EniState.READY)).contains(eni.id());
    }

    private void takeAllBut(Eni other) {
        for (int n = 2; ; n++) {
            try {
                assertThat(pool.allocateNextEni(endpoint(n)).id()).isNotEqualTo(other.id());
            } catch (NoEniAvailableException e) {
                return;
            }
        }
    }
}

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
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A held ENI that is deleted or detached at the cloud by another party: when the pool reports it, and how it forgets it. */
final class EniPoolLossTest extends PoolFixture {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(20);

    private EniPool pool;
    private Eni eni;

    @BeforeEach
    void setUp() {
        with(EniSetting.GC_AGE, PATIENCE);
    }

    @AfterEach
    void theLostEniWasNotChanged() {
        assertThat(cloud.calls)
                .as("the ENI that was lost is neither detached nor deleted by the pool")
                .noneMatch(call -> call.equals("detach " + eni.id()) || call.equals("delete " + eni.id()));
    }

    /** Endpoint 1 holds an ENI, and its device is away. */
    private void startHolding() {
        pool = startWarm();
        eni = hold(pool);
        devices.unplug(eni.mac());
        passSeconds(10);
    }

    private void deletedAtTheCloud() {
        cloud.enis.remove(eni.id());
    }

    private long describes() {
        return cloud.count(CloudCall.DESCRIBE);
    }

    @Test
    void f13_aFewDescriptionsThatLackItProveNothing() {
        with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(30));
        startHolding();
        cloud.hidden.add(eni.id());
        long before = describes();
        pass(PATIENCE.dividedBy(2));
        assertThat(describes() - before).as("descriptions that lack it").isGreaterThanOrEqualTo(3);
        assertThat(pool.lossEvidence(endpoint(1)))
                .as("it was not missing for long")
                .isEmpty();
    }

    @Test
    void f13_timeAloneProvesNothing() {
        with(EniSetting.POOL_RECONCILE, Duration.ofHours(2)).with(EniSetting.POOL_POLL_INITIAL, Duration.ofHours(1));
        pool = start();
        pass(Duration.ofHours(10));
        eni = pool.allocateNextEni(endpoint(1));
        cloud.hidden.add(eni.id());
        long before = describes();
        while (describes() < before + 2) {
            pass(Duration.ofMinutes(1));
        }
        assertThat(pool.lossEvidence(endpoint(1)))
                .as("two descriptions, hours apart")
                .isEmpty();
    }

    @Test
    void f13_oneDescriptionThatShowsItEndsTheSuspicion() {
        startHolding();
        cloud.hidden.add(eni.id());
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        cloud.hidden.clear();
        pass(Duration.ofMinutes(7));
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
        cloud.hidden.add(eni.id());
        passSeconds(30);
        assertThat(pool.lossEvidence(endpoint(1))).as("the count starts again").isEmpty();
    }

    @Test
    void whileTheCloudIsNotDescribedNothingIsEvidence() {
        startHolding();
        deletedAtTheCloud();
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.lost());
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    @Test
    void anEndpointThatHoldsNothingLosesNothing() {
        startHolding();
        cloud.hidden.addAll(cloud.enis.keySet());
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        assertThat(pool.lossEvidence(endpoint(2))).isEmpty();
        pool.forgetLost(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    @Test
    void p5_aForgottenEniGivesItsPlaceToAnother() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        startHolding();
        deletedAtTheCloud();
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1)).orElseThrow())
                .contains("does not show it", "complete descriptions in a row");
        assertThat(count(pool, EniState.IN_USE))
                .as("until it is told to forget it")
                .isEqualTo(1);

        pool.forgetLost(endpoint(1));
        pool.forgetLost(endpoint(1));
        pass(Duration.ofMinutes(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));
        assertThat(ids(pool, EniState.READY)).hasSize(1);
        assertThat(pool.problems()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_anEniNotDescribedSinceTheStartIsForgottenAlike() {
        startHolding();
        deletedAtTheCloud();
        pool = restart(pool);
        pass(LONG);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(RetryableProviderException.class);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();

        pool.forgetLost(endpoint(1));

        assertThat(pool.problems()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_anEniDetachedByAnotherPartyIsLostAlike() {
        startHolding();
        cloud.become(eni.id(), Status.ATTACHED, Optional.of("i-other"));
        devices.unplug(eni.mac());
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1)).orElseThrow()).contains("shows it ATTACHED at i-other");

        pool.forgetLost(endpoint(1));
        pass(LONG);

        assertThat(ids(pool, EniState.READY)).hasSize(2).doesNotContain(eni.id());
        assertThat(cloud.enis.get(eni.id()).instanceId()).contains("i-other");
    }

    @Test
    void oneThatIsOnItsWayIsNotLost() {
        startHolding();
        cloud.become(eni.id(), Status.DETACHING, Optional.of(TestCloud.INSTANCE));
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isEmpty();
    }

    /** All descriptions were wrong for longer than any timeout; correct ones return after the ENI was forgotten. */
    @Test
    void p1_p2_anEniThatShowsAgainIsOfferedOnlyOnceItsDeviceIsOnTheHost() {
        with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        startHolding();
        cloud.hidden.add(eni.id());
        pass(LONG);
        assertThat(pool.lossEvidence(endpoint(1))).isPresent();
        cloud.hidden.clear();

        pool.forgetLost(endpoint(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()) && listed.state() == EniState.READY);
        pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        devices.plugIn(eni.mac());
        passSeconds(10);
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.state()).isEqualTo(EniState.READY);
        });
    }

    @Test
    void p1_p2_anEniThatShowsAgainAfterItWasForgottenIsCheckedLikeANewOne() {
        startHolding();
        cloud.hidden.add(eni.id());
        pass(LONG);
        pool.forgetLost(endpoint(1));
        pass(LONG);
        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));

        cloud.hidden.clear();
        pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        devices.plugIn(eni.mac());
        passSeconds(10);
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

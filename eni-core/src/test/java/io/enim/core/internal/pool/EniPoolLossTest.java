package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.World.count;
import static io.enim.core.internal.pool.World.endpoint;
import static io.enim.core.internal.pool.World.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A held ENI that somebody deletes or detaches at the cloud: when the pool says so, and what it does when told to let go. */
final class EniPoolLossTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(20);

    @TempDir
    Path state;

    private World world;
    private EniPool pool;
    private Eni eni;

    @BeforeEach
    void setUp() {
        world = new World(state).with(EniSetting.GC_AGE, PATIENCE);
    }

    @AfterEach
    void nothingWasAskedOfTheCloud() {
        assertThat(world.cloud.violations).isEmpty();
        assertThat(world.cloud.calls)
                .as("who deleted it needs no help from us")
                .noneMatch(call -> call.equals("detach " + eni.id()) || call.equals("delete " + eni.id()));
    }

    /** Endpoint 1 holds an ENI, and its device is away. */
    private void startHolding() {
        pool = world.start();
        world.passSeconds(10);
        eni = pool.allocateNextEni(endpoint(1));
        world.held.put(endpoint(1), eni.id());
        world.devices.unplug(eni.mac());
        world.passSeconds(10);
    }

    private void deletedAtTheCloud() {
        world.cloud.enis.remove(eni.id());
    }

    private long looks() {
        return world.cloud.count(Call.DESCRIBE);
    }

    @Test
    void f13_aFewDescriptionsThatLackItProveNothing() {
        world.with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(30));
        startHolding();
        world.cloud.hidden.add(eni.id());
        long before = looks();
        world.pass(PATIENCE.dividedBy(2));
        assertThat(looks() - before).as("looks that lack it").isGreaterThanOrEqualTo(3);
        assertThat(pool.lossOf(endpoint(1))).as("it was not missing for long").isEmpty();
    }

    @Test
    void f13_timeAloneProvesNothing() {
        world.with(EniSetting.POOL_RECONCILE, Duration.ofHours(2)).with(EniSetting.POOL_POLL, Duration.ofHours(1));
        pool = world.start();
        world.pass(Duration.ofHours(10));
        eni = pool.allocateNextEni(endpoint(1));
        world.cloud.hidden.add(eni.id());
        long before = looks();
        while (looks() < before + 2) {
            world.pass(Duration.ofMinutes(1));
        }
        assertThat(pool.lossOf(endpoint(1))).as("two looks, hours apart").isEmpty();
    }

    @Test
    void f13_oneDescriptionThatShowsItEndsTheSuspicion() {
        startHolding();
        world.cloud.hidden.add(eni.id());
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isPresent();
        world.cloud.hidden.clear();
        world.pass(Duration.ofMinutes(7));
        assertThat(pool.lossOf(endpoint(1))).isEmpty();
        world.cloud.hidden.add(eni.id());
        world.passSeconds(30);
        assertThat(pool.lossOf(endpoint(1))).as("it counts from anew").isEmpty();
    }

    @Test
    void whileTheCloudIsNotHeardNothingIsEvidence() {
        startHolding();
        deletedAtTheCloud();
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isPresent();
        world.cloud.failAlways(Call.DESCRIBE, TestCloud.lost());
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isEmpty();
    }

    @Test
    void whoeverHoldsNothingLostNothing() {
        startHolding();
        world.cloud.hidden.addAll(world.cloud.enis.keySet());
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isPresent();
        assertThat(pool.lossOf(endpoint(2))).isEmpty();
        pool.writeOff(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(pool.lossOf(endpoint(1))).isEmpty();
    }

    @Test
    void p5_whatIsWrittenOffGivesItsPlaceToAnother() {
        world.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        startHolding();
        deletedAtTheCloud();
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1)).orElseThrow())
                .contains("does not show it", "complete descriptions in a row");
        assertThat(count(pool, EniState.IN_USE))
                .as("as long as it is not told so")
                .isEqualTo(1);

        pool.writeOff(endpoint(1));
        pool.writeOff(endpoint(1));
        world.pass(Duration.ofMinutes(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));
        assertThat(ids(pool, EniState.READY)).hasSize(1);
        assertThat(pool.complaints()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_oneThatWasNotSeenSinceTheStartIsWrittenOffAlike() {
        startHolding();
        deletedAtTheCloud();
        pool = world.restart(pool);
        world.pass(LONG);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(RetryableProviderException.class);
        assertThat(pool.lossOf(endpoint(1))).isPresent();

        pool.writeOff(endpoint(1));

        assertThat(pool.complaints()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
    }

    @Test
    void p5_oneThatSomebodyDetachedIsLostAlike() {
        startHolding();
        world.cloud.become(eni.id(), Status.ATTACHED, Optional.of("i-other"));
        world.devices.unplug(eni.mac());
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1)).orElseThrow()).contains("shows it ATTACHED at i-other");

        pool.writeOff(endpoint(1));
        world.pass(LONG);

        assertThat(ids(pool, EniState.READY)).hasSize(2).doesNotContain(eni.id());
        assertThat(world.cloud.enis.get(eni.id()).instanceId()).contains("i-other");
    }

    @Test
    void oneThatIsOnItsWayIsNotLost() {
        startHolding();
        world.cloud.become(eni.id(), Status.DETACHING, Optional.of(TestCloud.INSTANCE));
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isEmpty();
    }

    /** Every description lied, for longer than anybody waits; the truth comes back after the ENI was written off. */
    @Test
    void p1_p2_oneThatShowsAgainIsOfferedOnlyOnceItsDeviceIsHome() {
        world.with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        startHolding();
        world.cloud.hidden.add(eni.id());
        world.pass(LONG);
        assertThat(pool.lossOf(endpoint(1))).isPresent();
        world.cloud.hidden.clear();

        pool.writeOff(endpoint(1));

        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()) && listed.state() == EniState.READY);
        world.pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        world.devices.plug(eni.mac());
        world.passSeconds(10);
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.state()).isEqualTo(EniState.READY);
        });
    }

    @Test
    void p1_p2_oneThatShowsAgainAfterItWasForgottenIsMetLikeANewOne() {
        startHolding();
        world.cloud.hidden.add(eni.id());
        world.pass(LONG);
        pool.writeOff(endpoint(1));
        world.pass(LONG);
        assertThat(pool.list()).noneMatch(listed -> listed.id().equals(eni.id()));

        world.cloud.hidden.clear();
        world.pass(LONG);
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(eni.id());
        takeAllBut(eni);
        world.devices.plug(eni.mac());
        world.passSeconds(10);
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

package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.spi.UpperDevices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the last tenant of an ENI may have left in other namespaces keeps it from being offered. */
class UpperDevicesTest extends PoolFixture {
    private static final UpperDevices SPY = new UpperDevices(List.of("spy, a macvlan in /run/netns/hidden"), List.of());
    private static final UpperDevices UNKNOWN = new UpperDevices(List.of(), List.of("/proc/7/ns/net: EACCES"));

    private EniPool releaseTheOnlyEni() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        return pool;
    }

    @Test
    void p13_anEniUnderADeviceOfAnotherNamespaceIsNotOffered() {
        EniPool pool = releaseTheOnlyEni();
        uppers = SPY;
        passSeconds(31);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.QUARANTINED, 1));
        assertThat(pool.problems()).singleElement().asString().contains("spy, a macvlan in /run/netns/hidden");
        pass(Duration.ofHours(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.QUARANTINED, 1));
        assertNoneIsFree(pool, endpoint(2));

        uppers = UpperDevices.NONE;
        passSeconds(60);
        assertThat(pool.problems()).isEmpty();
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void p13_anEniIsNotOfferedWhileANamespaceCouldNotBeSearched() {
        EniPool pool = releaseTheOnlyEni();
        uppers = UNKNOWN;
        pass(Duration.ofHours(1));
        assertThat(pool.problems()).singleElement().asString().contains("/proc/7/ns/net: EACCES");
        assertNoneIsFree(pool, endpoint(2));
        assertThat(cloud.enis).hasSize(1);

        uppers = UpperDevices.NONE;
        passSeconds(60);
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void p13_anEniThatServedBeforeARestartIsSearchedToo() {
        EniPool pool = releaseTheOnlyEni();
        passSeconds(60);
        uppers = SPY;
        EniPool next = restart(pool);
        passSeconds(60);
        assertThat(ids(next, EniState.QUARANTINED)).hasSize(1);
    }

    @Test
    void p13_withoutACooldownToo() {
        with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        EniPool pool = releaseTheOnlyEni();
        assertNoneIsFree(pool, endpoint(2));
        uppers = SPY;
        passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.QUARANTINED, 1));
        assertThat(pool.problems()).singleElement().asString().contains("spy, a macvlan in /run/netns/hidden");
        uppers = UNKNOWN;
        pass(Duration.ofHours(1));
        assertThat(pool.problems()).singleElement().asString().contains("/proc/7/ns/net: EACCES");
        assertNoneIsFree(pool, endpoint(2));
        uppers = UpperDevices.NONE;
        passSeconds(60);
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void anEniThatNeverServedIsNotSearched() {
        uppers = UNKNOWN;
        EniPool pool = startWarm();
        assertThat(pool.list()).extracting(Eni::state).containsOnly(EniState.READY);
    }
}

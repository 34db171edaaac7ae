package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.DeviceEvent.Kind;
import io.enim.spi.NetworkDevices.Subscription;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An ENI in quarantine, whose device cannot be cleaned, while devices change ten times a second. */
final class DeviceEventsTest extends PoolFixture {
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:ff:ff");

    private Consumer<DeviceEvent> listener = event -> {};
    private int checks;
    private Eni quarantined;

    /** In place of that of the devices. */
    public Subscription watch(Consumer<DeviceEvent> appeared) {
        listener = appeared;
        return () -> {};
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        checks += cannotBeCleaned.contains(baseline.mac()) ? 1 : 0;
        return super.restoreOnHost(baseline, timeout);
    }

    private EniPool oneIsInQuarantine() {
        with(EniSetting.POOL_COOLDOWN, Duration.ofSeconds(5)).with(EniSetting.DEVICE_TIMEOUT, Duration.ofSeconds(10));
        EniPool pool = startWarm();
        quarantined = hold(pool);
        cannotBeCleaned.add(quarantined.mac());
        pool.deallocateEni(endpoint(1));
        pass(Duration.ofMinutes(5));
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly(quarantined.id());
        checks = 0;
        return pool;
    }

    private int checksInAnHourOf(Kind kind, Optional<MacAddress> mac) {
        for (int i = 0; i < 36_000; i++) {
            listener.accept(new DeviceEvent(kind, mac));
            pass(Duration.ofMillis(100));
        }
        return checks;
    }

    @Test
    void p19_anEniIsCheckedNoMoreOftenWhenOtherDevicesChange() {
        oneIsInQuarantine();
        assertThat(checksInAnHourOf(Kind.ON_HOST, Optional.of(OTHER))).isBetween(100, 400);
    }

    @Test
    void p19_aCheckThatChangesItsDeviceDoesNotGoOnInALoop() {
        oneIsInQuarantine();
        assertThat(checksInAnHourOf(Kind.ON_HOST, Optional.of(quarantined.mac())))
                .isLessThan(600);
    }

    @Test
    void p19_lostEventsMayBeItsOwnAndCostNoMore() {
        oneIsInQuarantine();
        assertThat(checksInAnHourOf(Kind.EVENTS_LOST, Optional.empty())).isLessThan(600);
    }

    @Test
    void aDeviceThatChangesIsCheckedAtOnce() {
        EniPool pool = oneIsInQuarantine();
        cannotBeCleaned.clear();
        listener.accept(new DeviceEvent(Kind.ON_HOST, Optional.of(quarantined.mac())));
        scheduler.runDue();
        assertThat(ids(pool, EniState.READY)).contains(quarantined.id());
    }
}

package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Eni;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Software of the host configures what the cloud plugs in (P20). */
class StockHostTest extends PoolFixture {
    private static final Duration MUCH_LONGER_THAN_A_DEVICE_MAY_TAKE = Duration.ofMinutes(20);

    private List<Device> onHost() {
        return devices.hostDevices(Duration.ofSeconds(1));
    }

    private void bringUpAll() {
        onHost().stream().filter(device -> !device.up()).forEach(device -> devices.bringUpOnHost(device.mac()));
    }

    /** As hot-plug rules do. */
    private void bringUpEachAsItAppears() {
        Set<MacAddress> seen = new HashSet<>();
        devices.watch(event -> {
            if (event.kind() == DeviceEvent.Kind.ON_HOST && seen.add(event.mac().orElseThrow())) {
                devices.bringUpOnHost(event.mac().orElseThrow());
            }
        });
    }

    @Test
    void p20_whatSoftwareOfTheHostConfiguredIsTakenOverAndOfferedOnceItIsLeftAlone() {
        bringUpEachAsItAppears();
        EniPool pool = start();
        for (int i = 0; i < 60 && pool.problems().isEmpty(); i++) {
            pass(Duration.ofMillis(500));
        }
        assertThat(pool.problems())
                .anyMatch(problem -> problem.contains("it was taken over: it is up")
                        && problem.contains("'enim-agent host check' says how"));
        assertThat(onHost()).as("taken down").noneMatch(Device::up);
        assertThat(count(pool, EniState.READY))
                .as("not yet known to be left alone")
                .isZero();
        passSeconds(60);
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.problems()).isEmpty();
        close(pool);
    }

    @Test
    void p20_whileSoftwareOfTheHostFightsForItAnEniIsNotReadyAndNotReplaced() {
        EniPool pool = start();
        for (Duration passed = Duration.ZERO;
                passed.compareTo(MUCH_LONGER_THAN_A_DEVICE_MAY_TAKE) < 0;
                passed = passed.plusSeconds(1)) {
            bringUpAll();
            passSeconds(1);
            bringUpAll();
        }
        assertThat(count(pool, EniState.READY)).isZero();
        assertThat(pool.problems())
                .hasSize(2)
                .allMatch(problem -> problem.contains("again and again") && problem.contains("it is up"));
        assertThat(cloud.enis).as("another ENI would fare the same").hasSize(2);

        passSeconds(180);
        assertThat(count(pool, EniState.READY)).as("the fight has ended").isEqualTo(2);
        assertThat(pool.problems()).isEmpty();
        close(pool);
    }

    @Test
    void p20_aFreeEniWhoseDeviceTheHostConfiguresIsWithdrawnAtOnce() {
        EniPool pool = startWarm();
        Eni eni = pool.list().get(0);
        devices.bringUpOnHost(eni.mac());
        passSeconds(0);
        assertThat(ids(pool, EniState.READY)).doesNotContain(eni.id()).hasSize(1);
        passSeconds(60);
        assertThat(ids(pool, EniState.READY)).contains(eni.id()).hasSize(2);
        close(pool);
    }
}

package io.enim.examples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CheckReport;
import io.enim.EniException;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.examples.vm.Machine.Tenant;
import io.enim.spi.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only NICs on a bus do: they sit in slots, have drivers that come and go, and leave while packets flow. */
@CloudNics
@Tag("pci")
class PciNicIT {
    private static final Path DRIVER = Path.of("/sys/bus/virtio/drivers/virtio_net");
    private static final Path BUS = Path.of("/sys/bus/pci");

    @TempDir
    private Path directory;

    private Machine machine;

    @BeforeEach
    void boot() {
        machine = new Machine(directory, 3);
    }

    @AfterEach
    void p2_everyEniIsReadyAndEveryDeviceHomeAsItWas() {
        try {
            machine.assertAllHomeAndFresh();
        } finally {
            machine.close();
        }
    }

    /** How the machine's own software takes a NIC from under everybody, and gives it back at once. */
    enum Reset {
        DRIVER_BOUND_ANEW {
            @Override
            void run(String device) throws IOException {
                write(DRIVER.resolve("unbind"), device);
                write(DRIVER.resolve("bind"), device);
            }
        },
        BUS_SCANNED_ANEW {
            @Override
            void run(String device) throws IOException {
                Path slot =
                        Path.of("/sys/bus/virtio/devices", device).toRealPath().getParent();
                write(slot.resolve("remove"), "1");
                write(BUS.resolve("rescan"), "1");
            }
        };

        abstract void run(String device) throws IOException;

        private static void write(Path file, String text) throws IOException {
            Files.writeString(file, text);
        }
    }

    private static String nameOnBus(Device device) {
        return device.parent().orElseThrow().replaceFirst("^virtio/", "");
    }

    @Test
    void p2_theHardwareIsKnownByWhatNoTenantChanges() {
        Tenant web = machine.tenant("web");
        Device before = machine.fresh(web.mac());
        assertThat(before.permanentMac()).contains(web.mac());
        assertThat(before.parent().orElseThrow()).startsWith("virtio/virtio");
        MacAddress other = machine.fresh.keySet().stream()
                .filter(mac -> !mac.equals(web.mac()))
                .findFirst()
                .orElseThrow();
        // Another ENI's address, so that a lookup by the current one finds the wrong device.
        web.sandbox().setDown("eth0");
        web.sandbox().setMac("eth0", other);
        machine.stop();
        machine.kill("web");
        Device fallen = machine.awaitFallen(web.mac());
        assertThat(fallen.mac()).isEqualTo(other);
        assertThat(fallen.permanentMac()).contains(web.mac());
        assertThat(fallen.parent()).isEqualTo(before.parent());
        machine.start();
    }

    @Test
    void p2_takenOutWhilePacketsFlowItsTenantEndsAndTheOthersGoOn() throws Exception {
        Tenant web = machine.tenant("web");
        Tenant cart = machine.tenant("cart");
        Tenant mail = machine.tenant("mail");
        assertThat(machine.reaches(web, cart)).isTrue();
        Process flood = machine.inside(web, "busybox", "ping", "-q", "-A", "-s", "1400", cart.address());
        try {
            assertThat(machine.plug("unplug", web.mac())).isTrue();
        } finally {
            flood.destroy();
            flood.waitFor();
        }
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(machine.atHome(web.mac())).isEmpty();
        assertThat(machine.reaches(cart, mail)).isTrue();
        machine.kill("web");
        machine.manager().gc();
        machine.manager().del(web.endpoint());
        assertThat(machine.manager().enis())
                .filteredOn(eni -> eni.state() == EniState.QUARANTINED)
                .extracting(eni -> eni.mac())
                .containsExactly(web.mac());
        assertThat(machine.plug("plug", web.mac())).isTrue();
        machine.awaitFallen(web.mac());
        machine.manager().gc();
        machine.awaitReady(1);
        assertThat(machine.manager().check(cart.endpoint()).differences()).isEmpty();
        machine.manager().del(cart.endpoint());
        machine.manager().del(mail.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p3_aNicThatIsResetFallsHomeAndTheNextAddMovesItInAgain(Reset reset) throws Exception {
        Tenant web = machine.tenant("web");
        reset.run(nameOnBus(machine.fresh(web.mac())));
        assertThat(machine.awaitFallen(web.mac()).up()).isFalse();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(machine.manager().check(web.endpoint()).differences())
                .extracting(CheckReport.Difference::what)
                .contains("device");
        assertThat(machine.manager().add(Machine.request("web")).eni().mac()).isEqualTo(web.mac());
        assertThat(machine.manager().check(web.endpoint()).differences()).isEmpty();
        machine.manager().del(web.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p2_aNicThatIsResetFallsHomeAndItsTenantsEndFreesIt(Reset reset) throws Exception {
        Tenant web = machine.tenant("web");
        reset.run(nameOnBus(machine.fresh(web.mac())));
        machine.awaitFallen(web.mac());
        machine.manager().del(web.endpoint());
        Tenant cart = machine.tenant("cart");
        reset.run(nameOnBus(cart.sandbox().devices().get(0)));
        machine.awaitFallen(cart.mac());
        machine.kill("cart");
        machine.manager().del(cart.endpoint());
    }

    /** Whatever an ADD or a DEL says then, nothing is lost. */
    @Test
    void p1_p2_p5_takenOutAndPutBackAtAnyMoment() {
        AtomicBoolean enough = new AtomicBoolean();
        List<MacAddress> nics = List.copyOf(machine.fresh.keySet());
        CompletableFuture<Integer> hand = CompletableFuture.supplyAsync(() -> {
            Random random = new Random(1);
            int times = 0;
            while (!enough.get()) {
                MacAddress nic = nics.get(random.nextInt(nics.size()));
                machine.plug("unplug", nic);
                machine.plug("plug", nic);
                times++;
            }
            return times;
        });
        int served = 0;
        try {
            for (int life = 0; life < 40; life++) {
                String name = "pod" + life;
                try {
                    machine.tenant(name);
                    served++;
                } catch (EniException e) {
                    System.out.println(name + " got none: " + e.getMessage());
                }
                if (life % 2 == 0) {
                    machine.kill(name);
                    machine.manager().gc();
                }
                machine.manager().del(Machine.endpoint(name));
            }
        } finally {
            enough.set(true);
        }
        int times = hand.join();
        System.out.println(served + " of 40 tenants were served while NICs were taken out " + times + " times");
        assertThat(times).isPositive();
        assertThat(served).isPositive();
        nics.forEach(nic -> assertThat(machine.plug("plug", nic)).isTrue());
        nics.forEach(machine::awaitFallen);
        machine.manager().gc();
        machine.manager().gc();
    }
}

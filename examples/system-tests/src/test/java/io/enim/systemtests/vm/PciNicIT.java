package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CheckReport;
import io.enim.EniException;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.systemtests.vm.NicNode.Tenant;
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
@RequiresCloudNics
@Tag("pci")
class PciNicIT {
    private static final Path DRIVER = Path.of("/sys/bus/virtio/drivers/virtio_net");
    private static final Path BUS = Path.of("/sys/bus/pci");

    @TempDir
    private Path directory;

    private NicNode nicNode;

    @BeforeEach
    void boot() {
        nicNode = new NicNode(directory, 3);
    }

    @AfterEach
    void p2_everyEniIsReadyAndEveryDeviceOnTheHostAsItWas() {
        try {
            nicNode.assertAllOnHostAndFresh();
        } finally {
            nicNode.close();
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
        Tenant web = nicNode.tenant("web");
        Device before = nicNode.fresh(web.mac());
        assertThat(before.permanentMac()).contains(web.mac());
        assertThat(before.parent().orElseThrow()).startsWith("virtio/virtio");
        MacAddress other = nicNode.fresh.keySet().stream()
                .filter(mac -> !mac.equals(web.mac()))
                .findFirst()
                .orElseThrow();
        // Another ENI's address, so that a lookup by the current one finds the wrong device.
        web.sandbox().setDown("eth0");
        web.sandbox().setMac("eth0", other);
        nicNode.stop();
        nicNode.kill("web");
        Device fallen = nicNode.awaitFallen(web.mac());
        assertThat(fallen.mac()).isEqualTo(other);
        assertThat(fallen.permanentMac()).contains(web.mac());
        assertThat(fallen.parent()).isEqualTo(before.parent());
        nicNode.start();
    }

    @Test
    void p2_takenOutWhilePacketsFlowItsTenantEndsAndTheOthersGoOn() throws Exception {
        Tenant web = nicNode.tenant("web");
        Tenant cart = nicNode.tenant("cart");
        Tenant mail = nicNode.tenant("mail");
        assertThat(nicNode.reaches(web, cart)).isTrue();
        Process flood = nicNode.inside(web, "busybox", "ping", "-q", "-A", "-s", "1400", cart.address());
        try {
            assertThat(nicNode.plug("unplug", web.mac())).isTrue();
        } finally {
            flood.destroy();
            flood.waitFor();
        }
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(nicNode.onHost(web.mac())).isEmpty();
        assertThat(nicNode.reaches(cart, mail)).isTrue();
        nicNode.kill("web");
        nicNode.manager().gc();
        nicNode.manager().del(web.endpoint());
        assertThat(nicNode.manager().enis())
                .filteredOn(eni -> eni.state() == EniState.QUARANTINED)
                .extracting(eni -> eni.mac())
                .containsExactly(web.mac());
        assertThat(nicNode.plug("plug", web.mac())).isTrue();
        nicNode.awaitFallen(web.mac());
        nicNode.manager().gc();
        nicNode.awaitReady(1);
        assertThat(nicNode.manager().check(cart.endpoint()).differences()).isEmpty();
        nicNode.manager().del(cart.endpoint());
        nicNode.manager().del(mail.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p3_aNicThatIsResetFallsBackToTheHostAndTheNextAddMovesItInAgain(Reset reset) throws Exception {
        Tenant web = nicNode.tenant("web");
        reset.run(nameOnBus(nicNode.fresh(web.mac())));
        assertThat(nicNode.awaitFallen(web.mac()).up()).isFalse();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(nicNode.manager().check(web.endpoint()).differences())
                .extracting(CheckReport.Difference::what)
                .contains("device");
        assertThat(nicNode.manager().add(NicNode.request("web")).eni().mac()).isEqualTo(web.mac());
        assertThat(nicNode.manager().check(web.endpoint()).differences()).isEmpty();
        nicNode.manager().del(web.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p2_aNicThatIsResetFallsBackToTheHostAndItsTenantsEndFreesIt(Reset reset) throws Exception {
        Tenant web = nicNode.tenant("web");
        reset.run(nameOnBus(nicNode.fresh(web.mac())));
        nicNode.awaitFallen(web.mac());
        nicNode.manager().del(web.endpoint());
        Tenant cart = nicNode.tenant("cart");
        reset.run(nameOnBus(cart.sandbox().devices().get(0)));
        nicNode.awaitFallen(cart.mac());
        nicNode.kill("cart");
        nicNode.manager().del(cart.endpoint());
    }

    /** Whatever an ADD or a DEL says then, nothing is lost. */
    @Test
    void p1_p2_p5_takenOutAndPutBackAtAnyMoment() {
        AtomicBoolean enough = new AtomicBoolean();
        List<MacAddress> nics = List.copyOf(nicNode.fresh.keySet());
        CompletableFuture<Integer> hand = CompletableFuture.supplyAsync(() -> {
            Random random = new Random(1);
            int times = 0;
            while (!enough.get()) {
                MacAddress nic = nics.get(random.nextInt(nics.size()));
                nicNode.plug("unplug", nic);
                nicNode.plug("plug", nic);
                times++;
            }
            return times;
        });
        int served = 0;
        try {
            for (int life = 0; life < 40; life++) {
                String name = "pod" + life;
                try {
                    nicNode.tenant(name);
                    served++;
                } catch (EniException e) {
                    System.out.println(name + " got none: " + e.getMessage());
                }
                if (life % 2 == 0) {
                    nicNode.kill(name);
                    nicNode.manager().gc();
                }
                nicNode.manager().del(NicNode.endpoint(name));
            }
        } finally {
            enough.set(true);
        }
        int times = hand.join();
        System.out.println(served + " of 40 tenants were served while NICs were taken out " + times + " times");
        assertThat(times).isPositive();
        assertThat(served).isPositive();
        nics.forEach(nic -> assertThat(nicNode.plug("plug", nic)).isTrue());
        nics.forEach(nicNode::awaitFallen);
        nicNode.manager().gc();
        nicNode.manager().gc();
    }
}

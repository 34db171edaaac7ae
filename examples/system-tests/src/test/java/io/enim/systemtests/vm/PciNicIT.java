package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniException;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.vm.NicNode.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only NICs on a bus do: they sit in slots, have drivers that come and go, and leave while packets flow. */
@Tag("pci")
class PciNicIT extends NicLifecycle {
    private static final Path DRIVER = Path.of("/sys/bus/virtio/drivers/virtio_net");
    private static final Path BUS = Path.of("/sys/bus/pci");

    /** How the machine's own software takes a NIC from under everybody, and gives it back at once. */
    enum Reset {
        DRIVER_BOUND_ANEW,
        BUS_SCANNED_ANEW;

        void run(String device) throws IOException {
            if (this == DRIVER_BOUND_ANEW) {
                Files.writeString(DRIVER.resolve("unbind"), device);
                Files.writeString(DRIVER.resolve("bind"), device);
            } else {
                Path slot =
                        Path.of("/sys/bus/virtio/devices", device).toRealPath().getParent();
                Files.writeString(slot.resolve("remove"), "1");
                Files.writeString(BUS.resolve("rescan"), "1");
            }
        }
    }

    private static String nameOnBus(Device device) {
        return device.parent().orElseThrow().replaceFirst("^virtio/", "");
    }

    @Test
    void p2_theHardwareIsKnownByWhatNoTenantChanges() {
        Tenant web = node.tenant("web");
        Device before = node.fresh.get(web.mac());
        assertThat(before.permanentMac()).contains(web.mac());
        assertThat(before.parent().orElseThrow()).startsWith("virtio/virtio");
        MacAddress other = node.fresh.keySet().stream()
                .filter(mac -> !mac.equals(web.mac()))
                .findFirst()
                .orElseThrow();
        // Another ENI's address, so that a lookup by the current one finds the wrong device.
        web.sandbox().setDown("eth0");
        web.sandbox().setMac("eth0", other);
        node.stop();
        node.kill("web");
        Device fallen = node.awaitFallen(web.mac());
        assertThat(fallen.mac()).isEqualTo(other);
        assertThat(fallen.permanentMac()).contains(web.mac());
        assertThat(fallen.parent()).isEqualTo(before.parent());
        node.start();
    }

    @Test
    void p2_takenOutWhilePacketsFlowItsTenantEndsAndTheOthersGoOn() throws Exception {
        Tenant web = node.tenant("web");
        Tenant cart = node.tenant("cart");
        Tenant mail = node.tenant("mail");
        assertThat(NicNode.reaches(web, cart)).isTrue();
        String ping = "nsenter --net=/run/netns/web busybox ping -q -A -s 1400 " + cart.address();
        Process flood = HostPrograms.start(Path.of("/dev/null"), ping.split(" "));
        try {
            assertThat(NicNode.plug("unplug", web.mac())).isTrue();
        } finally {
            flood.destroy();
            flood.waitFor();
        }
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(node.onHost(web.mac())).isEmpty();
        assertThat(NicNode.reaches(cart, mail)).isTrue();
        node.kill("web");
        node.manager.gc();
        node.manager.del(web.endpoint());
        assertThat(node.manager.enis())
                .filteredOn(eni -> eni.state() == EniState.QUARANTINED)
                .extracting(eni -> eni.mac())
                .containsExactly(web.mac());
        assertThat(NicNode.plug("plug", web.mac())).isTrue();
        node.awaitFallen(web.mac());
        node.manager.gc();
        node.awaitReady(1);
        assertThat(node.differences(cart)).isEmpty();
        node.manager.del(cart.endpoint());
        node.manager.del(mail.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p3_aNicThatIsResetFallsBackToTheHostAndTheNextAddMovesItInAgain(Reset reset) throws Exception {
        Tenant web = node.tenant("web");
        reset.run(nameOnBus(node.fresh.get(web.mac())));
        assertThat(node.awaitFallen(web.mac()).up()).isFalse();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(node.differences(web)).contains("device");
        assertThat(node.manager.add(NicNode.request("web")).eni().mac()).isEqualTo(web.mac());
        assertThat(node.differences(web)).isEmpty();
        node.manager.del(web.endpoint());
    }

    @ParameterizedTest
    @EnumSource
    void p2_aNicThatIsResetFallsBackToTheHostAndItsTenantsEndFreesIt(Reset reset) throws Exception {
        Tenant web = node.tenant("web");
        reset.run(nameOnBus(node.fresh.get(web.mac())));
        node.awaitFallen(web.mac());
        node.manager.del(web.endpoint());
        Tenant cart = node.tenant("cart");
        reset.run(nameOnBus(cart.sandbox().devices().get(0)));
        node.awaitFallen(cart.mac());
        node.kill("cart");
        node.manager.del(cart.endpoint());
    }

    /** Whatever an ADD or a DEL says then, nothing is lost. */
    @Test
    void p1_p2_p5_takenOutAndPutBackAtAnyMoment() {
        AtomicBoolean enough = new AtomicBoolean();
        List<MacAddress> nics = List.copyOf(node.fresh.keySet());
        CompletableFuture<Integer> hand = CompletableFuture.supplyAsync(() -> {
            Random random = new Random(1);
            int times = 0;
            while (!enough.get()) {
                MacAddress nic = nics.get(random.nextInt(nics.size()));
                NicNode.plug("unplug", nic);
                NicNode.plug("plug", nic);
                times++;
            }
            return times;
        });
        int served = 0;
        try {
            for (int life = 0; life < 40; life++) {
                String name = "pod" + life;
                try {
                    node.tenant(name);
                    served++;
                } catch (EniException e) {
                    System.out.println(name + " got none: " + e.getMessage());
                }
                if (life % 2 == 0) {
                    node.kill(name);
                    node.manager.gc();
                }
                node.manager.del(NicNode.endpoint(name));
            }
        } finally {
            enough.set(true);
        }
        int times = hand.join();
        System.out.println(served + " of 40 tenants were served while NICs were taken out " + times + " times");
        assertThat(times).isPositive();
        assertThat(served).isPositive();
        nics.forEach(nic -> assertThat(NicNode.plug("plug", nic)).isTrue());
        nics.forEach(node::awaitFallen);
        node.manager.gc();
        node.manager.gc();
    }
}

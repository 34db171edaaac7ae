package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.MacAddress;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** A NIC of a machine that the build makes for its tests (user-mode Linux, QEMU), which no tenant can delete. */
final class CloudNic {
    private static final String PLUG = "/run/plug";

    private CloudNic() {}

    /** Whether this machine has such NICs. */
    static boolean isAvailable() {
        return Set.of("uml", "qemu").contains(System.getProperty("enim.vm", ""));
    }

    static Device plugIn(MacAddress mac, TestbedNamespace host) {
        plug("plug", mac);
        return await("the NIC appears")
                .until(
                        () -> host.devices().stream()
                                .filter(device -> device.identity().equals(mac))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** It is down, as user-mode Linux requires. */
    static void takeOut(MacAddress mac) {
        plug("unplug", mac);
    }

    private static void plug(String verb, MacAddress mac) {
        try {
            Process plug = new ProcessBuilder("sh", PLUG, verb, mac.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(plug.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(plug.waitFor()).as(said).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(verb + " " + mac, e);
        }
    }
}

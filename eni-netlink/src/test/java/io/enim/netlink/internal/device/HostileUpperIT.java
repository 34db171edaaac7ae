package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.enim.netlink.internal.netns.NetnsPaths;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.UpperDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tenant leaves devices in other namespaces that are stacked on its ENI. */
class HostileUpperIT extends EniFixture {
    private final TestbedNamespace hidden = testHost.newNamespace("hidden");

    private void leave(UpperKind upper) {
        moveIn();
        assumeThatCode(() -> {
                    upper.add(pod, "spy", "eth0");
                    pod.moveTo(hidden, "spy");
                })
                .as("this kernel has " + upper.kind + ", and moves it")
                .doesNotThrowAnyException();
        hidden.setUp("spy");
        assertThat(returnToHost().isVerified()).isTrue();
    }

    /** One of an earlier test may still be ending, which is nothing that could not be searched. */
    private UpperDevices search(Device device) {
        return testHost.devices.upperDevices(device.mac(), TestHost.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void p13_anUpperDeviceInAnotherNamespaceIsFound(UpperKind upper) {
        leave(upper);
        assumeThat(hidden.device("spy"))
                .as("this kernel keeps it when its lower device moves")
                .isPresent();
        assertThat(search(eni).found())
                .singleElement()
                .asString()
                .contains("spy", upper.kind, hidden.path().toString());
        assertThat(search(testHost.newEni())).isEqualTo(UpperDevices.NONE);
        hidden.deleteDevice("spy");
        assertThat(search(eni)).isEqualTo(UpperDevices.NONE);
    }

    private void leaveMacvlan() {
        leave(UpperKind.MACVLAN);
    }

    @Test
    void p13_anUpperDeviceOfTheDeviceItselfIsNoneOfTheHosts() {
        Device other = moveIn();
        pod.addMacvlan("own", "eth0");
        pod.moveTo(hidden, "own");
        assertThat(other.ifindex()).isEqualTo(eni.ifindex());
        Device onHost = testHost.newEni();
        assertThat(search(onHost)).isEqualTo(UpperDevices.NONE);
    }

    /** This process has a descriptor of it; the host has no number for it. */
    @Test
    void p13_anUpperDeviceInANamespaceThatOnlyADescriptorHoldsIsFound() {
        leaveMacvlan();
        testHost.testbed.delete(hidden.path().getFileName().toString());
        assertThat(search(eni).found()).singleElement().asString().contains("spy", "/fd/");
    }

    @Test
    void p13_anUpperDeviceInANamespaceThatOnlyAMountHoldsIsFound(@TempDir Path directory) throws IOException {
        leaveMacvlan();
        Path mount = Files.createFile(directory.resolve("kept here"));
        Native.mount(hidden.path().toString(), mount.toString(), Native.MS_BIND);
        try {
            testHost.endNamespace(hidden);
            assertThat(search(eni).found()).singleElement().asString().contains("spy", "kept here");
        } finally {
            Native.unmount(mount.toString());
        }
    }

    /** As one that a process keeps by a socket alone; the host has a number for it, as for each with a veth. */
    @Test
    void p13_anUpperDeviceInANamespaceThatOnlyASocketHoldsIsFoundByItsNumber() {
        leaveMacvlan();
        host.addVeth(VethPair.between("known", "inside").withPeerIn(hidden));
        try (NetlinkSocket socket = TestbedInternals.openSocket(hidden)) {
            testHost.endNamespace(hidden);
            assertThat(socket.fd()).isPositive();
            assertThat(search(eni).found()).singleElement().asString().contains("spy", "namespace id");
        }
    }

    @Test
    void p18_aNameThatLeadsToNoNamespacePreventsNoSearch() throws IOException {
        Path decoy = Files.createFile(NetnsPaths.NAMED.resolve("decoy"));
        try {
            assertThat(search(eni)).isEqualTo(UpperDevices.NONE);
        } finally {
            Files.delete(decoy);
        }
    }

    @Test
    void p18_aTenantThatChangesItsLinksAllTheWhilePreventsNoSearch() throws Exception {
        leaveMacvlan();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                hidden.addBridge("b");
                hidden.deleteDevice("b");
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                UpperDevices found = search(eni);
                assertThat(found.found()).singleElement().asString().contains("spy");
                assertThat(found.unsearched()).isEmpty();
            }
        } finally {
            stop.set(true);
            changes.get();
        }
    }
}

package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.PrintableText;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.device.TenantActions.Topology;
import io.enim.netlink.internal.sys.KernelText;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A tenant with all capabilities in its namespace changes all it can on its device, at once. The next tenant sees what
 * the first one saw, line by line.
 */
@PrivateNamespaces
class HostileTenantIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    private final Device eni = testHost.newEni();
    private final DeviceBaseline baseline =
            testHost.find(eni.mac()).orElseThrow().baseline();
    private SortedMap<String, String> fresh;

    /** The present tenant's. */
    private TestbedNamespace pod;

    private Netns netns;

    @BeforeEach
    void build() throws IOException {
        moveIn("first");
        fresh = settledView();
        assertThat(fresh).as("the kernel's dumps").hasSizeGreaterThan(150);
        assertThat(returnToHost().isVerified()).isTrue();
    }

    private void moveIn(String tenant) throws IOException {
        pod = testHost.newNamespace(tenant);
        netns = testHost.openNetns(pod);
        // The link's own address is in use at once, not after a second or two of looking for duplicates.
        NamespaceRunner.run(pod, () -> {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/dad_transmits"), "0");
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/router_solicitation_delay"), "0");
        });
        testHost.connect(eni, netns, TestHost.linkConfig("eth0", 7));
    }

    private ReturnReport returnToHost() {
        return testHost.returnToHost(baseline, netns);
    }

    /** After the kernel has brought up the link and its IPv6 addresses and has solicited a router. */
    private SortedMap<String, String> settledView() {
        return await().until(
                        () -> TenantSnapshot.of(pod, "eth0"),
                        view -> TenantSnapshot.showsAddressesInUse(view)
                                && view.equals(TenantSnapshot.of(pod, "eth0")));
    }

    /** The next tenant is an ADD: features take RTNL to read, so they are read at its lookup, not at the return. */
    private void assertReturnsFresh(ReturnReport back) throws IOException {
        assertThat(back.unresolved()).isEmpty();
        assertThat(testHost.host.device(eni.name())).contains(eni);
        Device found = testHost.find(eni.mac()).orElseThrow();
        assertThat(baseline.differences(found))
                .allSatisfy(difference -> assertThat(difference).startsWith("features_"));
        assertThat(testHost.restoreOnHost(baseline).unresolved()).isEmpty();
        moveIn("next");
        await("the next tenant's view")
                .untilAsserted(() -> assertThat(TenantSnapshot.differences(fresh, TenantSnapshot.of(pod, "eth0")))
                        .isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void p13_afterAHostileTenantsDelTheNextOneSeesAFreshDevice(Topology topology) throws IOException {
        moveIn("hostile");
        int done = TenantActions.countApplied(new TenantActions(pod).onDevice(topology));
        assertThat(done).as("actions this kernel allows").isGreaterThan(25);
        assertReturnsFresh(returnToHost());
    }

    @ParameterizedTest
    @EnumSource
    void p13_afterAHostileTenantsDeathTheNextOneSeesAFreshDevice(Topology topology) throws IOException {
        moveIn("hostile");
        TenantActions.countApplied(new TenantActions(pod).onDevice(topology));
        // As the kernel does when a namespace ends: stacked devices are deleted, the device returns to the host
        // unchanged.
        TestbedInternals.links(pod).stream()
                .map(LinkMessage::name)
                .filter(List.of("mv0", "vlan5", "br0")::contains)
                .forEach(pod::deleteDevice);
        pod.moveTo(testHost.host, "hidden");
        assertReturnsFresh(testHost.restoreOnHost(baseline));
    }

    /** The kernel bounds the list of names at 64 KiB: with all of them a message of the link has 67 KiB. */
    private void addLongNames() {
        for (int i = 0; i < 490; i++) {
            pod.addAlternativeName("eth0", "n%05d".formatted(i) + "x".repeat(121));
        }
    }

    @Test
    void p13_p18_namesThatMakeALongMessageAreRemovedByTheDel() throws IOException {
        moveIn("hostile");
        addLongNames();
        assertReturnsFresh(returnToHost());
    }

    @Test
    void p13_p18_namesThatMakeALongMessageHideNoDeviceOfAnother() throws IOException {
        Device other = testHost.newEni();
        moveIn("hostile");
        addLongNames();
        pod.moveTo(testHost.host, "eth0");
        assertThat(testHost.find(other.mac())).isPresent();
        try (LinuxNetworkDevices restarted = LinuxNetworkDevices.open(NetlinkFailPoint.NONE)) {
            assertThat(restarted.find(other.mac(), TestHost.TIMEOUT)).isPresent();
        }
        assertReturnsFresh(testHost.restoreOnHost(baseline));
    }

    @Test
    void p1_p2_aLookAlikeBesideTheRenamedDeviceIsNotReturned() throws IOException {
        moveIn("hostile");
        pod.setDown("eth0");
        pod.rename("eth0", "eth0-nic");
        pod.setMac("eth0-nic", TestHost.mac(666_667));
        pod.addBridge("k6t-eth0");
        pod.attach("eth0-nic", "k6t-eth0");
        pod.addBridge("eth0");
        pod.setMac("eth0", eni.mac());
        TestbedNamespace hostile = pod;
        assertReturnsFresh(returnToHost());
        assertThat(hostile.device("eth0")).isPresent();
    }

    /** 0xff and 0xc3 alone are no UTF-8; a line break and an escape sequence are what a log reader acts on. */
    @Test
    void p13_p18_namesAndAliasesOfAnyBytesAreRemovedAndShownEscaped() throws IOException {
        moveIn("hostile");
        byte[] name = {'p', (byte) 0xff, (byte) 0xc3, 'q'};
        pod.addAlternativeName("eth0", KernelText.decode(name, name.length));
        pod.setAlias("eth0", "x\n2026-01-01T00:00:00Z INFO gc: all is well\u001b[2J");
        ReturnReport back = returnToHost();
        assertThat(back.repaired())
                .anySatisfy(line -> assertThat(line).contains("p\\udcff\\udcc3q"))
                .anySatisfy(line -> assertThat(line).contains("x\\u000a2026").contains("\\u001b[2J"))
                .allSatisfy(line -> assertThat(line).isEqualTo(PrintableText.of(line)));
        assertReturnsFresh(back);
    }

    /** Only a device without a permanent MAC, which every cloud's has, can be made unrecognizable. */
    @Test
    void p2_aVirtualDeviceWithNeitherItsMacNorItsAliasIsNotGuessed() throws IOException {
        moveIn("hostile");
        pod.setAlias("eth0", "mine");
        pod.setMac("eth0", TestHost.mac(666_666));
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isFalse();
        assertThat(back.foundIn()).isEqualTo(ReturnReport.Location.NOT_FOUND);
    }

    /** Otherwise the comparison above would be empty for a snapshot that misses changes. */
    @ParameterizedTest
    @EnumSource
    void theSnapshotShowsEachAction(Topology topology) throws IOException {
        moveIn("hostile");
        for (Map.Entry<String, TenantActions.Action> action :
                new TenantActions(pod).onDevice(topology).entrySet()) {
            if (action.getKey().equals("rename it")) {
                break;
            }
            SortedMap<String, String> before = TenantSnapshot.of(pod, "eth0");
            if (TenantActions.countApplied(Map.of(action.getKey(), action.getValue())) == 1
                    && !action.getKey().startsWith("stack")) {
                assertThat(TenantSnapshot.differences(before, TenantSnapshot.of(pod, "eth0")))
                        .as(action.getKey())
                        .isNotEmpty();
            }
        }
    }
}

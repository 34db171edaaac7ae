package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.enim.Cidr;
import io.enim.DeviceException.Kind;
import io.enim.Route;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that are never changed (P9). */
class ProtectedLinksIT extends EniFixture {
    private final HostSoftware software = new HostSoftware(host);

    private void assertMoveInIsRefused(Kind kind, String why) {
        Device now = host.device(eni.name()).orElseThrow();
        assertRefused(kind, this::moveIn).hasMessageContaining(why);
        assertThat(host.device(eni.name())).contains(now);
        assertThat(pod.devices()).isEmpty();
    }

    private void addDefaultRoute(String address, int prefix, String everywhere, String gateway) {
        host.setUp(eni.name());
        host.addAddress(eni.name(), Cidr.parseAddress(address), prefix);
        host.addRoute(eni.name(), Route.via(Cidr.parse(everywhere), Cidr.parseAddress(gateway)));
    }

    @Test
    void p9_aDeviceWithAnIpv4DefaultRouteIsRefused() {
        addDefaultRoute("10.0.9.2", 24, "0.0.0.0/0", "10.0.9.1");
        assertMoveInIsRefused(Kind.PROTECTED, "default route");
    }

    @Test
    void p9_aDeviceWithAnIpv6DefaultRouteIsRefused() {
        addDefaultRoute("2001:db8:9::2", 64, "::/0", "2001:db8:9::1");
        assertMoveInIsRefused(Kind.PROTECTED, "default route");
    }

    @Test
    void p9_aDefaultRouteInAnotherTableProtects() {
        software.configure(eni.name(), "10.0.9.2", 24);
        software.addDefault(eni.name(), "10.0.9.1", 10_001, 0);
        assertMoveInIsRefused(Kind.PROTECTED, "in table 10001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.9.1", "2001:db8:9::1"})
    void p9_aDefaultRouteThroughANexthopObjectProtects(String gateway) {
        configureBothFamilies();
        software.addNexthop(7, eni.name(), gateway);
        software.addDefaultThrough(7, gateway);
        assertMoveInIsRefused(Kind.PROTECTED, "default route");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.9.1", "2001:db8:9::1"})
    void p9_aDefaultRouteThroughAGroupOfNexthopsThatNamesNoDeviceProtects(String gateway) throws IOException {
        NamespaceRunner.run(host, () -> Files.writeString(Path.of("/proc/sys/net/ipv4/nexthop_compat_mode"), "0"));
        try {
            configureBothFamilies();
            software.addNexthop(7, eni.name(), gateway);
            software.addNexthopGroup(8, 7);
            software.addDefaultThrough(8, gateway);
            assertMoveInIsRefused(Kind.PROTECTED, "default route");
        } finally {
            NamespaceRunner.run(host, () -> Files.writeString(Path.of("/proc/sys/net/ipv4/nexthop_compat_mode"), "1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.9.1", "2001:db8:9::1"})
    void p9_aDefaultRouteThatIsSpreadOverSeveralDevicesProtectsEach(String gateway) {
        configureBothFamilies();
        addUplink();
        software.addDefaultOver("uplink", eni.name(), gateway);
        assertMoveInIsRefused(Kind.PROTECTED, "default route");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.9.1", "2001:db8:9::1"})
    void p9_aDefaultRouteOverAGroupWithAnotherDeviceProtectsEach(String gateway) throws IOException {
        NamespaceRunner.run(host, () -> Files.writeString(Path.of("/proc/sys/net/ipv4/nexthop_compat_mode"), "0"));
        try {
            configureBothFamilies();
            addUplink();
            software.addNexthop(7, "uplink", gateway);
            software.addNexthop(8, eni.name(), gateway);
            software.addNexthopGroup(9, 7, 8);
            software.addDefaultThrough(9, gateway);
            assertMoveInIsRefused(Kind.PROTECTED, "default route");
        } finally {
            NamespaceRunner.run(host, () -> Files.writeString(Path.of("/proc/sys/net/ipv4/nexthop_compat_mode"), "1"));
        }
    }

    /** A nexthop, a group and a route of several tables, none of which leaves by the device. */
    @Test
    void p9_theDefaultRoutesOfOthersProtectThemAlone() {
        addUplink();
        software.addNexthop(7, "uplink", "10.0.9.1");
        software.addNexthopGroup(8, 7);
        software.addDefaultThrough(8, "10.0.9.1");
        software.addDefault("uplink", "10.0.9.1", 10_001, 0);
        assertThat(moveIn().name()).isEqualTo("eth0");
    }

    @Test
    void p9_aMemberOfAVrfIsRefused() {
        assumeThatCode(() -> LookAlikeKind.VRF.add(host, "vrf6", TestHost.mac(666), ""))
                .as("this kernel has VRFs")
                .doesNotThrowAnyException();
        host.attach(eni.name(), "vrf6");
        assertMoveInIsRefused(Kind.PROTECTED, "it belongs to vrf vrf6");
    }

    private void addUplink() {
        host.addVeth(VethPair.between("uplink", "uplinkpeer"));
        host.setUp("uplinkpeer");
        software.configure("uplink", "10.0.9.3", 24);
        software.configure("uplink", "2001:db8:9::3", 64);
    }

    private void configureBothFamilies() {
        software.configure(eni.name(), "10.0.9.2", 24);
        software.configure(eni.name(), "2001:db8:9::2", 64);
    }

    @Test
    void p9_aBridgePortIsRefused() {
        host.addBridge("br0");
        host.attach(eni.name(), "br0");
        assertMoveInIsRefused(Kind.PROTECTED, "bridge br0");
    }

    @Test
    void p9_aDeviceThatAnotherIsStackedOnIsRefused() {
        host.addMacvlan("mv0", eni.name());
        assertMoveInIsRefused(Kind.PROTECTED, "mv0 is stacked on it");
    }

    @Test
    void p9_aMacOfTwoDevicesIsAmbiguousAndNeitherIsTouched() {
        host.addVeth(VethPair.between("twin", "peer").withMac(eni.mac()));
        assertMoveInIsRefused(Kind.AMBIGUOUS, "twin");
        assertRefused(Kind.AMBIGUOUS, () -> testHost.find(eni.mac()));
        assertRefused(Kind.AMBIGUOUS, () -> testHost.restoreOnHost(eni.baseline()));
    }

    @Test
    void p9_aBridgeThatTookTheMacOfItsPortIsNotTakenForTheEni() {
        host.addBridge("br0");
        host.attach(eni.name(), "br0");
        assertThat(host.device("br0").map(Device::mac)).contains(eni.mac());
        assertThat(testHost.find(eni.mac()).map(Device::name)).contains(eni.name());
    }

    @Test
    void p9_repairRefusesADeviceThatTheMachineUses() {
        addDefaultRoute("10.0.9.2", 24, "0.0.0.0/0", "10.0.9.1");
        host.setAlias(eni.name(), "in use");
        assertRefused(Kind.PROTECTED, () -> testHost.restoreOnHost(eni.baseline()));
        assertThat(host.device(eni.name()).flatMap(Device::alias)).contains("in use");
    }

    @Test
    void p9_loopbackIsNoDevice() {
        assertThat(testHost.devices.hostDevices(TestHost.TIMEOUT))
                .extracting(Device::name)
                .doesNotContain("lo");
    }

    @Test
    void aDeviceThatIsNotThereIsNotFound() {
        host.deleteDevice(eni.name());
        assertThat(testHost.find(eni.mac())).isEmpty();
        assertRefused(Kind.NOT_FOUND, this::moveIn);
    }

    @Test
    void aDeviceIsKnownByItsMacNotByTheIndexOrNameItHad() {
        host.rename(eni.name(), "renamed");
        Device inside = moveIn();
        assertThat(inside.mac()).isEqualTo(eni.mac());
        assertThat(host.device("renamed")).isEmpty();
    }
}

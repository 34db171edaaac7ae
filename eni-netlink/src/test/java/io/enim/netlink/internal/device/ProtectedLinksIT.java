package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.Route;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Devices that are never changed (P9). */
@PrivateNamespaces
class ProtectedLinksIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    private final Device eni = testHost.newEni();
    private final TestbedNamespace pod = testHost.newNamespace("pod");
    private final Netns netns = testHost.openNetns(pod);

    private void assertRefused(DeviceException.Kind kind, String why) {
        Device now = testHost.host.device(eni.name()).orElseThrow();
        assertThatThrownBy(() -> testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0")))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(why);
        assertThat(testHost.host.device(eni.name())).contains(now);
        assertThat(pod.devices()).isEmpty();
    }

    private void addDefaultRoute(String address, int prefix, String everywhere, String gateway) {
        testHost.host.setUp(eni.name());
        testHost.host.addAddress(eni.name(), Cidr.parseAddress(address), prefix);
        testHost.host.addRoute(eni.name(), Route.via(Cidr.parse(everywhere), Cidr.parseAddress(gateway)));
    }

    @Test
    void p9_aDeviceWithAnIpv4DefaultRouteIsRefused() {
        addDefaultRoute("10.0.9.2", 24, "0.0.0.0/0", "10.0.9.1");
        assertRefused(DeviceException.Kind.PROTECTED, "default route");
    }

    @Test
    void p9_aDeviceWithAnIpv6DefaultRouteIsRefused() {
        addDefaultRoute("2001:db8:9::2", 64, "::/0", "2001:db8:9::1");
        assertRefused(DeviceException.Kind.PROTECTED, "default route");
    }

    @Test
    void p9_aBridgePortIsRefused() {
        testHost.host.addBridge("br0");
        testHost.host.attach(eni.name(), "br0");
        assertRefused(DeviceException.Kind.PROTECTED, "bridge br0");
    }

    @Test
    void p9_aDeviceThatAnotherIsStackedOnIsRefused() {
        testHost.host.addMacvlan("mv0", eni.name());
        assertRefused(DeviceException.Kind.PROTECTED, "mv0 is stacked on it");
    }

    @Test
    void p9_aMacOfTwoDevicesIsAmbiguousAndNeitherIsTouched() {
        testHost.host.addVeth(VethPair.between("twin", "peer").withMac(eni.mac()));
        assertRefused(DeviceException.Kind.AMBIGUOUS, "twin");
        assertThatThrownBy(() -> testHost.find(eni.mac())).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> testHost.restoreOnHost(eni.baseline())).isInstanceOf(DeviceException.class);
    }

    @Test
    void p9_aBridgeThatTookTheMacOfItsPortIsNotTakenForTheEni() {
        testHost.host.addBridge("br0");
        testHost.host.attach(eni.name(), "br0");
        assertThat(testHost.host.device("br0").map(Device::mac)).contains(eni.mac());
        assertThat(testHost.find(eni.mac()).map(Device::name)).contains(eni.name());
    }

    @Test
    void p9_repairRefusesADeviceThatTheMachineUses() {
        addDefaultRoute("10.0.9.2", 24, "0.0.0.0/0", "10.0.9.1");
        testHost.host.setAlias(eni.name(), "in use");
        assertThatThrownBy(() -> testHost.restoreOnHost(eni.baseline()))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.PROTECTED));
        assertThat(testHost.host.device(eni.name()).flatMap(Device::alias)).contains("in use");
    }

    @Test
    void p9_loopbackIsNoDevice() {
        assertThat(testHost.hostDevices()).extracting(Device::name).doesNotContain("lo");
    }

    @Test
    void aDeviceThatIsNotThereIsNotFound() {
        Device gone = testHost.newEni();
        testHost.host.deleteDevice(gone.name());
        assertThat(testHost.find(gone.mac())).isEmpty();
        assertThatThrownBy(() -> testHost.moveIn(gone, netns, TestHost.bareLinkConfig("eth0")))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NOT_FOUND));
    }

    @Test
    void aDeviceIsKnownByItsMacNotByTheIndexOrNameItHad() {
        testHost.host.rename(eni.name(), "renamed");
        Device inside = testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        assertThat(inside.mac()).isEqualTo(eni.mac());
        assertThat(testHost.host.device("renamed")).isEmpty();
    }
}

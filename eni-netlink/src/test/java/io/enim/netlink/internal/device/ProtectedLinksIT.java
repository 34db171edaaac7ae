package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is never touched (P9). */
@PrivateNamespaces
class ProtectionIT {
    private Stage stage;
    private Device eni;
    private NetworkNamespace pod;
    private Netns netns;

    @BeforeEach
    void build() {
        stage = new Stage();
        eni = stage.newEni();
        pod = stage.newNamespace("pod");
        netns = stage.enter(pod);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private void assertRefused(DeviceException.Kind kind, String why) {
        Device now = stage.home.device(eni.name()).orElseThrow();
        assertThatThrownBy(() -> stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(why);
        assertThat(stage.home.device(eni.name())).contains(now);
        assertThat(pod.devices()).isEmpty();
    }

    private void addDefaultRoute(String address, int prefix, String everywhere, String gateway) {
        stage.home.setUp(eni.name());
        stage.home.addAddress(eni.name(), Cidr.parseAddress(address), prefix);
        stage.home.addRoute(eni.name(), Route.via(Cidr.parse(everywhere), Cidr.parseAddress(gateway)));
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
        stage.home.addBridge("br0");
        stage.home.attach(eni.name(), "br0");
        assertRefused(DeviceException.Kind.PROTECTED, "bridge br0");
    }

    @Test
    void p9_aDeviceThatAnotherIsStackedOnIsRefused() {
        stage.home.addMacvlan("mv0", eni.name());
        assertRefused(DeviceException.Kind.PROTECTED, "mv0 is stacked on it");
    }

    @Test
    void p9_aMacOfTwoDevicesIsAmbiguousAndNeitherIsTouched() {
        stage.home.addVeth(VethPair.between("twin", "peer").withMac(eni.mac()));
        assertRefused(DeviceException.Kind.AMBIGUOUS, "twin");
        assertThatThrownBy(() -> stage.devices.find(eni.mac(), Stage.TIMEOUT)).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT))
                .isInstanceOf(DeviceException.class);
    }

    @Test
    void p9_aBridgeThatTookTheMacOfItsPortIsNotTakenForTheEni() {
        stage.home.addBridge("br0");
        stage.home.attach(eni.name(), "br0");
        assertThat(stage.home.device("br0").map(Device::mac)).contains(eni.mac());
        assertThat(stage.devices.find(eni.mac(), Stage.TIMEOUT).map(Device::name))
                .contains(eni.name());
    }

    @Test
    void p9_mendingRefusesADeviceThatTheMachineUses() {
        addDefaultRoute("10.0.9.2", 24, "0.0.0.0/0", "10.0.9.1");
        stage.home.setAlias(eni.name(), "in use");
        assertThatThrownBy(() -> stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.PROTECTED));
        assertThat(stage.home.device(eni.name()).flatMap(Device::alias)).contains("in use");
    }

    @Test
    void p9_loopbackIsNoDevice() {
        assertThat(stage.devices.home(Stage.TIMEOUT)).extracting(Device::name).doesNotContain("lo");
    }

    @Test
    void aDeviceThatIsNotThereIsNotFound() {
        MacAddress nobody = Stage.mac(888_888);
        assertThat(stage.devices.find(nobody, Stage.TIMEOUT)).isEmpty();
        Device gone = new Device(
                99,
                "gone",
                nobody,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                1500,
                1000,
                0,
                Map.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                0);
        assertThatThrownBy(() -> stage.devices.moveIn(gone, netns, Stage.bare("eth0"), Stage.TIMEOUT))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NOT_FOUND));
    }

    @Test
    void aDeviceIsKnownByItsMacNotByTheIndexOrNameItHad() {
        stage.home.rename(eni.name(), "renamed");
        Device inside = stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        assertThat(inside.mac()).isEqualTo(eni.mac());
        assertThat(stage.home.device("renamed")).isEmpty();
    }
}

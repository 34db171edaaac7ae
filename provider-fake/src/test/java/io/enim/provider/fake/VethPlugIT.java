package io.enim.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.Subnet;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ENIs of the fake cloud as real devices. */
@PrivateNamespaces
class VethPlugIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String VPC = "vpc-it";
    private static final Subnet SUBNET =
            new Subnet("s", "a", Optional.of(Cidr.parse("10.80.0.0/24")), Optional.of(Cidr.parse("fd80::/64")));

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final NetworkStage stage = NetworkStage.open();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final CloudModel model =
            new CloudModel(Clock.systemUTC()).addSubnet(SUBNET).addInstance(new Instance("i-1", "a", 8));
    private final List<VethPlug> plugs = new ArrayList<>();

    @BeforeEach
    void plugged() {
        VethPlug plug = newPlug();
        model.plug(plug);
        plug.start();
    }

    private VethPlug newPlug() {
        VethPlug plug = new VethPlug(VPC, "i-1", SUBNET, model::enis, devices, scheduler);
        plugs.add(plug);
        return plug;
    }

    @AfterEach
    void clear() {
        plugs.forEach(VethPlug::close);
        scheduler.shutdownNow();
        try (NetworkNamespace home = stage.home()) {
            for (Device device : home.devices()) {
                if (device.kind().filter("veth"::equals).isPresent()) {
                    home.deleteDevice(device.name());
                }
            }
        }
        stage.names().forEach(stage::delete);
        devices.close();
        stage.close();
    }

    private ModelEni attached(String token) {
        ModelEni eni = model.create(token, "s", Map.of());
        model.attach(eni.id(), "i-1", -1);
        return eni;
    }

    private Optional<Device> atHome(MacAddress mac) {
        return devices.find(mac, TIMEOUT);
    }

    /** Moves the device into a sandbox of that name; nothing of this JVM stays in it. */
    private void moveIn(ModelEni eni, String sandbox) {
        try (NetworkNamespace made = stage.create(sandbox);
                Netns netns = devices.open(made.path())) {
            Device device = devices.await(eni.mac(), TIMEOUT);
            devices.moveIn(device, netns, new LinkPlan(new InterfaceName("eth0"), List.of(), List.of()), TIMEOUT);
        }
        assertThat(atHome(eni.mac())).isEmpty();
    }

    @Test
    void anAttachedEniIsADeviceAtHomeWiredToTheVpc() {
        ModelEni eni = attached("t1");

        Device device = devices.await(eni.mac(), TIMEOUT);

        assertThat(device.name()).isEqualTo("eni1");
        assertThat(device.up()).isFalse();
        try (NetworkNamespace vpc = stage.open(VPC)) {
            Device bridge = vpc.device("vpc").orElseThrow();
            assertThat(vpc.addresses("vpc")).contains("10.80.0.1/24", "fd80::1/64");
            assertThat(vpc.device("far1").orElseThrow().master()).isEqualTo(bridge.ifindex());
        }
    }

    @Test
    void aDetachedEnisDeviceIsGoneAlsoFromASandbox() {
        ModelEni home = attached("t1");
        ModelEni away = attached("t2");
        moveIn(away, "box");

        model.detach(home.id());
        model.detach(away.id());

        assertThat(atHome(home.mac())).isEmpty();
        try (NetworkNamespace box = stage.open("box")) {
            assertThat(box.device("eth0")).isEmpty();
        }
    }

    @Test
    void aDeviceWhoseSandboxDiedFallsBackHomeDown() {
        ModelEni eni = attached("t1");
        moveIn(eni, "box");

        stage.delete("box");

        Device fallen = devices.await(eni.mac(), TIMEOUT);
        assertThat(fallen.name()).isEqualTo("eth0");
        assertThat(fallen.up()).isFalse();
    }

    @Test
    void p13_whatTheTenantMadeOfItFallsBackWithIt() {
        ModelEni eni = attached("t1");
        moveIn(eni, "box");
        MacAddress theirs = MacAddress.parse("02:99:00:00:00:01");
        try (NetworkNamespace box = stage.open("box")) {
            box.setDown("eth0");
            box.setMac("eth0", theirs);
            box.setMtu("eth0", 1234);
            box.rename("eth0", "hid0");
        }
        plugs.get(0).reconcile();

        stage.delete("box");

        try (NetworkNamespace home = stage.home()) {
            Device fallen = Awaitility.await()
                    .until(() -> home.device("hid0"), Optional::isPresent)
                    .orElseThrow();
            assertThat(fallen.mac()).isEqualTo(theirs);
            assertThat(fallen.mtu()).isEqualTo(1234);
            assertThat(fallen.up()).isFalse();
            assertThat(fallen.alias()).contains("enim " + eni.mac() + " eni1");
        }
    }

    @Test
    void p13_whatTheTenantBeforeMadeOfItFallsBackWithNobody() {
        ModelEni eni = attached("t1");
        HomeState home = devices.await(eni.mac(), TIMEOUT).homeState();
        moveIn(eni, "box");
        try (NetworkNamespace box = stage.open("box")) {
            box.setDown("eth0");
            box.rename("eth0", "hid0");
            plugs.get(0).reconcile();
            try (Netns netns = devices.open(box.path())) {
                assertThat(devices.bringHome(home, Optional.of(netns), TIMEOUT).isVerified())
                        .isTrue();
            }
        }
        moveIn(eni, "next");

        stage.delete("next");

        assertThat(devices.await(eni.mac(), TIMEOUT).name()).isEqualTo("eth0");
    }

    @Test
    void p2_whatAnAgentThatDiedHadHalfPluggedInComesHome() {
        ModelEni eni = attached("t1");
        String name = devices.await(eni.mac(), TIMEOUT).name();
        try (NetworkNamespace home = stage.home();
                NetworkNamespace vpc = stage.open(VPC)) {
            home.moveTo(vpc, name);
        }

        plugs.get(0).reconcile();

        assertThat(atHome(eni.mac())).isPresent();
    }

    @Test
    void aSecondOneOfTheSameNameIsCalledDevN() {
        ModelEni first = attached("t1");
        ModelEni second = attached("t2");
        moveIn(first, "box1");
        moveIn(second, "box2");

        stage.delete("box1");
        devices.await(first.mac(), TIMEOUT);
        stage.delete("box2");

        assertThat(devices.await(second.mac(), TIMEOUT).name()).isEqualTo("dev0");
    }

    @Test
    void p5_theNextAgentTakesOverTheVpcAndPlugsInWhatFellMeanwhile() {
        ModelEni stays = attached("t1");
        ModelEni falls = attached("t2");
        moveIn(stays, "box1");
        moveIn(falls, "box2");
        plugs.get(0).close();
        stage.delete("box2");
        try (NetworkNamespace vpc = stage.open(VPC)) {
            Awaitility.await().until(() -> vpc.device("far2").isEmpty());
        }
        assertThat(atHome(falls.mac())).isEmpty();

        newPlug().start();

        assertThat(devices.await(falls.mac(), TIMEOUT).name()).isEqualTo("eth0");
        assertThat(atHome(stays.mac())).isEmpty();
    }

    @Test
    void whatWasDetachedWhileNobodyLookedIsTakenOut() {
        ModelEni eni = attached("t1");
        plugs.get(0).close();
        CloudModel elsewhere = new CloudModel(Clock.systemUTC()).addSubnet(SUBNET);
        elsewhere.restore(eni); // As the cloud's last word: it exists, and is attached to nothing.

        VethPlug next = new VethPlug(VPC, "i-1", SUBNET, elsewhere::enis, devices, scheduler);
        plugs.add(next);
        next.start();

        Awaitility.await().until(() -> atHome(eni.mac()).isEmpty());
    }
}

package io.enim.provider.fake.plug;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.testing.PrivateNamespaces;
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
    private static final Subnet SUBNET = Subnet.of("s", "a", "10.80.0.0/24", "fd80::/64");

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final SimulatedRegion model =
            new SimulatedRegion(Clock.systemUTC()).addSubnet(SUBNET).addInstance(new Instance("i-1", "a", 8));
    private final List<VethPlug> plugs = new ArrayList<>();

    @BeforeEach
    void plugged() {
        VethPlug plug = newPlug(model);
        model.plug("i-1", plug);
        plug.start();
    }

    private VethPlug newPlug(SimulatedRegion region) {
        VethPlug plug = new VethPlug(VPC, "i-1", SUBNET, region::enis, devices, scheduler);
        plugs.add(plug);
        return plug;
    }

    @AfterEach
    void clear() {
        plugs.forEach(VethPlug::close);
        scheduler.shutdownNow();
        try (TestbedNamespace host = testbed.host()) {
            for (Device device : host.devices()) {
                if (device.kind().filter("veth"::equals).isPresent()) {
                    host.deleteDevice(device.name());
                }
            }
        }
        testbed.names().forEach(testbed::delete);
        devices.close();
        testbed.close();
    }

    private SimulatedEni attached(String token) {
        SimulatedEni eni = model.create(token, "s", Map.of());
        model.attach(eni.id(), "i-1", -1);
        return eni;
    }

    private Optional<Device> onHost(MacAddress mac) {
        return devices.find(mac, TIMEOUT);
    }

    /** Moves the device into a sandbox of that name; nothing of this JVM stays in it. */
    private void moveIn(SimulatedEni eni, String sandbox) {
        try (TestbedNamespace made = testbed.create(sandbox);
                Netns netns = devices.open(made.path())) {
            Device device = devices.awaitOnHost(eni.mac(), TIMEOUT);
            devices.moveIn(device, netns, new LinkConfig(new InterfaceName("eth0"), List.of(), List.of()), TIMEOUT);
        }
        assertThat(onHost(eni.mac())).isEmpty();
    }

    @Test
    void anAttachedEniIsADeviceOnTheHostWiredToTheVpc() {
        SimulatedEni eni = attached("t1");

        Device device = devices.awaitOnHost(eni.mac(), TIMEOUT);

        assertThat(device.name()).isEqualTo("eni1");
        assertThat(device.up()).isFalse();
        try (TestbedNamespace vpc = testbed.open(VPC)) {
            Device bridge = vpc.device("vpc").orElseThrow();
            assertThat(vpc.addresses("vpc")).contains("10.80.0.1/24", "fd80::1/64");
            assertThat(vpc.device("far1").orElseThrow().master()).isEqualTo(bridge.ifindex());
        }
    }

    @Test
    void aDetachedEnisDeviceIsGoneAlsoFromASandbox() {
        SimulatedEni onHost = attached("t1");
        SimulatedEni inSandbox = attached("t2");
        moveIn(inSandbox, "box");

        model.detach(onHost.id());
        model.detach(inSandbox.id());

        assertThat(onHost(onHost.mac())).isEmpty();
        try (TestbedNamespace box = testbed.open("box")) {
            assertThat(box.device("eth0")).isEmpty();
        }
    }

    @Test
    void aDeviceWhoseSandboxDiedFallsBackToTheHostDown() {
        SimulatedEni eni = attached("t1");
        moveIn(eni, "box");

        testbed.delete("box");

        Device fallen = devices.awaitOnHost(eni.mac(), TIMEOUT);
        assertThat(fallen.name()).isEqualTo("eth0");
        assertThat(fallen.up()).isFalse();
    }

    @Test
    void p13_whatTheTenantMadeOfItFallsBackWithIt() {
        SimulatedEni eni = attached("t1");
        moveIn(eni, "box");
        MacAddress theirs = MacAddress.parse("02:99:00:00:00:01");
        try (TestbedNamespace box = testbed.open("box")) {
            box.setDown("eth0");
            box.setMac("eth0", theirs);
            box.setMtu("eth0", 1234);
            box.rename("eth0", "hid0");
        }
        plugs.get(0).reconcile();

        testbed.delete("box");

        try (TestbedNamespace host = testbed.host()) {
            Device fallen = Awaitility.await()
                    .until(() -> host.device("hid0"), Optional::isPresent)
                    .orElseThrow();
            assertThat(fallen.mac()).isEqualTo(theirs);
            assertThat(fallen.mtu()).isEqualTo(1234);
            assertThat(fallen.up()).isFalse();
            assertThat(fallen.alias()).contains("enim " + eni.mac() + " eni1");
        }
    }

    @Test
    void p13_changesOfAnEarlierTenantDoNotFallBackWithTheDevice() {
        SimulatedEni eni = attached("t1");
        DeviceBaseline baseline = devices.awaitOnHost(eni.mac(), TIMEOUT).baseline();
        moveIn(eni, "box");
        try (TestbedNamespace box = testbed.open("box")) {
            box.setDown("eth0");
            box.rename("eth0", "hid0");
            plugs.get(0).reconcile();
            try (Netns netns = devices.open(box.path())) {
                assertThat(devices.returnToHost(baseline, Optional.of(netns), TIMEOUT)
                                .isVerified())
                        .isTrue();
            }
        }
        moveIn(eni, "next");

        testbed.delete("next");

        assertThat(devices.awaitOnHost(eni.mac(), TIMEOUT).name()).isEqualTo("eth0");
    }

    @Test
    void p2_aDeviceHalfPluggedInByADeadAgentReturnsToTheHost() {
        SimulatedEni eni = attached("t1");
        String name = devices.awaitOnHost(eni.mac(), TIMEOUT).name();
        try (TestbedNamespace host = testbed.host();
                TestbedNamespace vpc = testbed.open(VPC)) {
            host.moveTo(vpc, name);
        }

        plugs.get(0).reconcile();

        assertThat(onHost(eni.mac())).isPresent();
    }

    @Test
    void aSecondOneOfTheSameNameIsCalledDevN() {
        SimulatedEni first = attached("t1");
        SimulatedEni second = attached("t2");
        moveIn(first, "box1");
        moveIn(second, "box2");

        testbed.delete("box1");
        devices.awaitOnHost(first.mac(), TIMEOUT);
        testbed.delete("box2");

        assertThat(devices.awaitOnHost(second.mac(), TIMEOUT).name()).isEqualTo("dev0");
    }

    @Test
    void p5_theNextAgentTakesOverTheVpcAndPlugsInWhatFellMeanwhile() {
        SimulatedEni stays = attached("t1");
        SimulatedEni falls = attached("t2");
        moveIn(stays, "box1");
        moveIn(falls, "box2");
        plugs.get(0).close();
        testbed.delete("box2");
        try (TestbedNamespace vpc = testbed.open(VPC)) {
            Awaitility.await().until(() -> vpc.device("far2").isEmpty());
        }
        assertThat(onHost(falls.mac())).isEmpty();

        newPlug(model).start();

        assertThat(devices.awaitOnHost(falls.mac(), TIMEOUT).name()).isEqualTo("eth0");
        assertThat(onHost(stays.mac())).isEmpty();
    }

    @Test
    void anEniDetachedBetweenTwoAgentsIsUnplugged() {
        SimulatedEni eni = attached("t1");
        plugs.get(0).close();
        SimulatedRegion region = new SimulatedRegion(Clock.systemUTC()).addSubnet(SUBNET);
        region.restore(eni); // It exists, and is attached to nothing.

        newPlug(region).start();

        Awaitility.await().until(() -> onHost(eni.mac()).isEmpty());
    }
}

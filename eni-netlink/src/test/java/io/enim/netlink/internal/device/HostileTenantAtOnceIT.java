package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.netlink.internal.device.TenantActions.Action;
import io.enim.netlink.internal.device.TenantActions.Topology;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.sys.KernelText;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.UpperDevices;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tenant does all it can at once: to its device, above it, in other namespaces, in its own, and leaves processes that
 * listen. When it has gone, the next tenant sees what a tenant before it saw, is answered, and is heard by none of them.
 */
@PrivateNamespaces
class HostileTenantAtOnceIT {
    private static final List<InetAddress> GATEWAYS =
            List.of(Cidr.parseAddress("10.0.3.1"), Cidr.parseAddress("2001:db8::1"));

    private static final int PINGS = 5;

    @AutoClose
    private final TestHost testHost = new TestHost();

    private final List<QuietCloseable> heldByTenant = new ArrayList<>();
    private final TestbedNamespace elsewhere = testHost.newNamespace("elsewhere");
    private Device eni;
    private DeviceBaseline baseline;
    private TestbedNamespace pod;
    private Netns netns;

    static Stream<Arguments> cases() {
        return Hardware.present()
                .flatMap(hardware -> Stream.of(UpperKind.MACVLAN, UpperKind.MACVLAN_PASSTHRU, UpperKind.IPVLAN_L2)
                        .map(upper -> Arguments.of(hardware, upper)));
    }

    @AfterEach
    void endTenant() {
        heldByTenant.forEach(QuietCloseable::close);
    }

    private void plugIn(Hardware hardware) {
        eni = hardware.plugIn(testHost);
        baseline = testHost.find(eni.mac()).orElseThrow().baseline();
        testHost.cloud.addAddress("vpc", GATEWAYS.get(0), 24);
        testHost.cloud.addAddress("vpc", GATEWAYS.get(1), 64);
    }

    private void moveIn(String tenant) throws IOException {
        pod = testHost.newNamespace(tenant);
        netns = testHost.openNetns(pod);
        // The link's own address is in use at once, not after a second or two of looking for duplicates.
        NamespaceRunner.run(pod, () -> {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/dad_transmits"), "0");
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/router_solicitation_delay"), "0");
        });
        testHost.connect(testHost.find(eni.mac()).orElseThrow(), netns, TestHost.linkConfig("eth0", 7));
    }

    private SortedMap<String, String> settledView() {
        return await().until(
                        () -> TenantSnapshot.of(pod, "eth0"),
                        view -> TenantSnapshot.showsAddressesInUse(view)
                                && view.equals(TenantSnapshot.of(pod, "eth0")));
    }

    private int answeredPings() throws IOException {
        List<InetAddress> answered = new ArrayList<>();
        NamespaceRunner.run(pod, () -> {
            for (InetAddress gateway : GATEWAYS) {
                for (int i = 0; i < PINGS; i++) {
                    if (TenantPing.isAnswered(gateway)) {
                        answered.add(gateway);
                    }
                }
            }
        });
        return answered.size();
    }

    private Map<String, Action> all(UpperKind upper) {
        HostSoftware software = new HostSoftware(pod);
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("leave a " + upper + " elsewhere", () -> leaveElsewhere(upper, "spy"));
        actions.put("leave a VLAN elsewhere", () -> leaveElsewhere(UpperKind.VLAN, "spy5"));
        for (TenantProgram program : TenantProgram.values()) {
            actions.put("hold " + program, () -> heldByTenant.add(program.link(pod, "eth0")));
        }
        for (int i = 0; i < 200; i++) {
            String name = "n%05d".formatted(i) + "x".repeat(121);
            actions.put("add name " + i, () -> pod.addAlternativeName("eth0", name));
        }
        byte[] name = {'p', (byte) 0xff, (byte) 0xc3, '\n', 0x1b};
        actions.put(
                "add a name that is no text",
                () -> pod.addAlternativeName("eth0", KernelText.decode(name, name.length)));
        actions.put("route by a table", () -> software.addDefault("eth0", "10.0.3.66", 666, 0));
        actions.put("add a rule", () -> software.addRule("10.0.3.7", 666, 6));
        actions.put("add a nexthop", () -> software.addNexthop(6, "eth0", "10.0.3.66"));
        actions.putAll(new TenantActions(pod).onDevice(Topology.STACKED));
        if (eni.permanentMac().isPresent()) {
            // Without that, and with neither its MAC nor its alias, no device is guessed to be the ENI.
            String forged = LinkMatcher.alias(TestHost.mac(6), "eni6", OptionalInt.empty());
            actions.put("show another alias", () -> pod.setAlias(TenantActions.LAST_NAME, forged));
        }
        actions.put("put a look-alike in its place", () -> {
            pod.addBridge("eth0");
            pod.setMac("eth0", eni.mac());
            pod.setAlias("eth0", LinkMatcher.alias(eni.mac(), eni.name(), OptionalInt.empty()));
        });
        return actions;
    }

    private void leaveElsewhere(UpperKind upper, String name) {
        upper.add(pod, name, "eth0");
        pod.moveTo(elsewhere, name);
        elsewhere.setUp(name);
    }

    private UpperDevices search() {
        return testHost.devices.upperDevices(eni.mac(), TestHost.TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void p13_p18_afterAllAtOnceTheNextTenantIsAloneWithAFreshDevice(Hardware hardware, UpperKind upper)
            throws IOException {
        plugIn(hardware);
        moveIn("control");
        SortedMap<String, String> control = settledView();
        assertThat(testHost.returnToHost(baseline, netns).isVerified()).isTrue();

        moveIn("hostile");
        List<TenantSniffer> sniffers = List.of(TenantSniffer.in(pod), TenantSniffer.in(elsewhere));
        heldByTenant.addAll(sniffers);
        assertThat(answeredPings()).isEqualTo(2 * PINGS);
        assertThat(sniffers.get(0).heard(eni.mac())).isPositive();
        int done = TenantActions.countApplied(all(upper));
        System.out.println(done + " actions of a hostile tenant on a " + hardware + " took effect");
        assertThat(done).isGreaterThan(220);
        List<String> left = elsewhere.devices().stream().map(Device::name).toList();

        assertThat(testHost.returnToHost(baseline, netns).isVerified()).isTrue();
        assertThat(testHost.restoreOnHost(baseline).unresolved()).isEmpty();
        assertThat(search().found()).hasSameSizeAs(left);
        left.forEach(elsewhere::deleteDevice);
        assertThat(search()).isEqualTo(UpperDevices.NONE);

        moveIn("next");
        await("the next tenant's view")
                .atMost(TestHost.TIMEOUT)
                .untilAsserted(() -> assertThat(TenantSnapshot.differences(control, TenantSnapshot.of(pod, "eth0")))
                        .isEmpty());
        sniffers.forEach(sniffer -> sniffer.heard(eni.mac()));
        assertThat(answeredPings()).isEqualTo(2 * PINGS);
        assertThat(sniffers).allMatch(sniffer -> sniffer.heard(eni.mac()) == 0);
        assertThat(testHost.returnToHost(baseline, netns).isVerified()).isTrue();
    }
}

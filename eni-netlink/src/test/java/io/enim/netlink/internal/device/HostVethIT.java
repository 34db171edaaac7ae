// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.DeviceException.Kind;
import io.enim.HostLink;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.KernelStats;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.HostVeth;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The second link of an endpoint, to the host: made, checked, repaired and removed, whatever a tenant does to its end. */
class HostVethIT extends EniFixture {
    private static final int EIO = 5;
    private static final HostLink NETWORKS = new HostLink(
            List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108")),
            List.of(Cidr.parse("192.0.2.5/32"), Cidr.parse("fd00:5::5/128")));
    private static final LinkConfig CONFIG = withHostLink(TestHost.linkConfig("eth0", 7), NETWORKS);

    private final String name = HostVeth.name(eni.mac());

    private static LinkConfig withHostLink(LinkConfig config, HostLink link) {
        return new LinkConfig(config.name(), config.addresses(), config.routes(), config.mtu(), Optional.of(link));
    }

    private Device connect() {
        return testHost.connect(eni, netns, CONFIG);
    }

    private List<Difference> inspect() {
        return testHost.inspect(eni.mac(), netns, CONFIG);
    }

    private void assertThatThereIsNone() {
        assertThat(host.device(name)).isEmpty();
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).isEmpty();
    }

    /** As it may be called late, when the next endpoint has the device. */
    @Test
    void p16_aRepairOnTheHostLeavesTheHostLinkOfADeviceThatIsNotThere() {
        connect();
        ReturnReport report = testHost.devices.restoreOnHost(eni.baseline(), TestHost.TIMEOUT);
        assertThat(report.foundIn()).isEqualTo(ReturnReport.Location.NOT_FOUND);
        assertThat(inspect()).isEmpty();
    }

    @Test
    void p10_bothFamiliesReachTheirNetworksByItFromTheEndpointsOwnAddress() throws IOException {
        connect();
        assertThat(pod.routes(name))
                .contains(
                        "10.96.0.0/12 via 169.254.1.1",
                        "192.0.2.5/32 via 169.254.1.1",
                        "fd00:96::/108 via fe80::1",
                        "fd00:5::5/128 via fe80::1");
        assertThat(host.routes(name)).contains("10.0.3.7/32", "2001:db8::7/128");
        assertThat(inspect()).isEmpty();
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).containsExactly(eni.mac());
        host.setUp("lo");
        host.addAddress("lo", Cidr.parseAddress("192.0.2.5"), 32);
        host.addAddress("lo", Cidr.parseAddress("fd00:5::5"), 128);
        NamespaceRunner.run(pod, () -> {
            assertReached("192.0.2.5");
            assertReached("fd00:5::5");
        });
        assertReached("10.0.3.7");
        assertReached("2001:db8::7");
    }

    /** The kernel sends nothing by an end until it has seen, by itself, that the other one is up. */
    private static void assertReached(String target) {
        Awaitility.await(target).until(() -> TenantPing.isAnswered(Cidr.parseAddress(target)));
    }

    @Test
    void itsBudgetIsThreeAcquisitionsOfRtnlAndOneForEachIpv4Network() {
        testHost.find(eni.mac());
        KernelStats before = stats();
        connect();
        KernelStats added = stats();
        assertThat(added.since(before).rtnlAcquisitions())
                .as("4 of the ENI; the pair, the host's end, its IPv4 route; two IPv4 networks")
                .isEqualTo(4 + 3 + 2);
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThat(stats().since(added).rtnlAcquisitions())
                .as("one more than without")
                .isEqualTo(3);
    }

    private KernelStats stats() {
        return KernelStats.of(testHost.devices).orElseThrow();
    }

    @Test
    void p3_configuringTwiceKeepsThePair() {
        Device inside = connect();
        int index = host.device(name).orElseThrow().ifindex();
        List<String> routes = withoutLinkLocal(pod.routes(name));
        testHost.configure(inside, netns, CONFIG);
        assertThat(host.device(name).orElseThrow().ifindex()).isEqualTo(index);
        assertThat(withoutLinkLocal(pod.routes(name))).isEqualTo(routes).hasSize(4);
        assertThat(inspect()).isEmpty();
    }

    /** Without what the kernel adds by itself. */
    private static List<String> withoutLinkLocal(List<String> all) {
        return all.stream().filter(each -> !each.startsWith("fe80:")).toList();
    }

    @Test
    void p2_p3_theReturnOfTheDeviceRemovesIt() {
        connect();
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThatThereIsNone();
        assertThat(pod.devices()).isEmpty();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void itEndsWithTheSandbox() {
        connect();
        netns.close();
        testHost.endNamespace(pod);
        Awaitility.await().untilAsserted(this::assertThatThereIsNone);
    }

    /** What is missing of it, by whatever hand. */
    enum Damage {
        ROUTE_IN_SANDBOX("host link route"),
        ROUTE_ON_HOST("route on the host"),
        HOST_END_DOWN("host link on the host"),
        SANDBOX_END_DOWN("host link in the sandbox"),
        SANDBOX_END_RENAMED("host link in the sandbox"),
        SANDBOX_END_WITH_OTHER_MAC("host link in the sandbox"),
        SANDBOX_END_MOVED("host link"),
        DELETED("host link");

        final String difference;

        Damage(String difference) {
            this.difference = difference;
        }
    }

    private void damage(Damage damage, TestbedNamespace elsewhere) {
        switch (damage) {
            case ROUTE_IN_SANDBOX -> TestbedInternals.removeRoutes(pod, name);
            case ROUTE_ON_HOST -> TestbedInternals.removeRoutes(host, name);
            case HOST_END_DOWN -> host.setDown(name);
            case SANDBOX_END_DOWN -> pod.setDown(name);
            case SANDBOX_END_RENAMED -> {
                pod.setDown(name);
                pod.rename(name, "mine");
            }
            case SANDBOX_END_WITH_OTHER_MAC -> pod.setMac(name, MacAddress.parse("02:aa:bb:cc:dd:ee"));
            case SANDBOX_END_MOVED -> pod.moveTo(elsewhere, name);
            case DELETED -> pod.deleteDevice(name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void p3_p18_whatATenantDoesToItIsFoundAndRepairedAndKeepsNothingFromItsReturn(Damage damage) {
        TestbedNamespace elsewhere = testHost.newNamespace("elsewhere");
        Device inside = connect();
        damage(damage, elsewhere);
        assertThat(inspect()).extracting(Difference::what).contains(damage.difference);
        testHost.configure(inside, netns, CONFIG);
        assertThat(inspect()).isEmpty();
        damage(damage, elsewhere);
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThatThereIsNone();
        assertThat(elsewhere.devices()).isEmpty();
        connect();
        assertThat(inspect()).isEmpty();
    }

    @Test
    void p18_whatATenantAddsToItsEndDoesNotKeepItThere() {
        Device inside = connect();
        pod.addAddress(name, Cidr.parseAddress("192.0.2.66"), 24);
        pod.addMacvlan("over", name);
        pod.addAlternativeName(name, "eth7");
        testHost.configure(inside, netns, CONFIG);
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThatThereIsNone();
        assertThat(pod.devices()).isEmpty();
    }

    @Test
    void p18_aRouterInThePodSetsNoRouteOnTheHost() throws IOException {
        connect();
        pod.addVeth(VethPair.between("witness", "farw").withPeerIn(host));
        host.setUp("farw");
        pod.setUp("witness");
        pod.addAddress("witness", Cidr.parseAddress("fe80::66"), 64);
        pod.addAddress(name, Cidr.parseAddress("fe80::66"), 64);
        List<String> before = host.routes(name);
        try (RogueRouter onWitness = RogueRouter.on(pod, "witness");
                RogueRouter router = RogueRouter.on(pod, name)) {
            Awaitility.await().until(() -> {
                router.announce("2001:db8:bad::", 1280);
                onWitness.announce("2001:db8:bad:1::", 1280);
                return host.addresses("farw").stream().anyMatch(each -> each.startsWith("2001:db8:bad:1:"));
            });
        }
        assertThat(host.routes(name)).isEqualTo(before);
        assertThat(host.addresses(name)).noneMatch(each -> each.startsWith("2001:db8:bad:"));
    }

    @Test
    void p18_theHostDropsIpv4PacketsFromOtherSources() throws IOException {
        connect();
        host.setUp("lo");
        host.addAddress("lo", Cidr.parseAddress("192.0.2.5"), 32);
        NamespaceRunner.run(pod, () -> assertReached("192.0.2.5"));
        long before = droppedForTheirSource();
        InetAddress forged = Cidr.parseAddress("192.0.2.66");
        pod.addAddress("lo", forged, 32);
        TestbedInternals.removeRoutes(pod, name);
        TestbedInternals.addRouteFrom(pod, name, Route.to(Cidr.parse("192.0.2.5/32")), forged);
        NamespaceRunner.run(
                pod,
                () -> assertThat(TenantPing.isAnswered(Cidr.parseAddress("192.0.2.5")))
                        .isFalse());
        assertThat(droppedForTheirSource()).isGreaterThan(before);
    }

    /** {@code IPReversePathFilter} of the host. */
    private static long droppedForTheirSource() throws IOException {
        List<String[]> extended = Files.readAllLines(Path.of("/proc/net/netstat")).stream()
                .filter(line -> line.startsWith("TcpExt:"))
                .map(line -> line.split(" ", -1))
                .toList();
        int column = List.of(extended.get(0)).indexOf("IPReversePathFilter");
        return Long.parseLong(extended.get(1)[column]);
    }

    @Test
    void p9_aDeviceOfOtherSoftwareUnderItsNameStays() {
        MacAddress mac = MacAddress.parse("02:aa:bb:cc:dd:ee");
        host.addVeth(VethPair.between(name, "peer").withMac(mac));
        Device inside = testHost.moveIn(eni, netns, CONFIG);
        assertRefused(Kind.NAME_TAKEN, () -> testHost.configure(inside, netns, CONFIG))
                .hasMessageContaining(name)
                .hasMessageContaining("on the host");
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).isEmpty();
        testHost.devices.removeHostLink(eni.mac(), TestHost.TIMEOUT);
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThat(host.device(name).map(Device::mac)).contains(mac);
    }

    @Test
    void aTenantsDeviceUnderItsNameIsNamedInTheError() {
        pod.addVeth(VethPair.between(name, "peer"));
        Device inside = testHost.moveIn(eni, netns, CONFIG);
        assertRefused(Kind.NAME_TAKEN, () -> testHost.configure(inside, netns, CONFIG))
                .hasMessageContaining("in the sandbox");
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThat(pod.device(name)).as("it is the tenant's").isPresent();
    }

    @Test
    void p16_whatAFailedStepLeavesIsFinishedByARepetitionAndRemovedByTheReturn() {
        for (NetlinkOperation step : List.of(
                NetlinkOperation.MAKE_HOST_LINK,
                NetlinkOperation.SET_UP_HOST_LINK,
                NetlinkOperation.ADD_HOST_LINK_ROUTE)) {
            for (NetlinkFailPoint.Side failing : NetlinkFailPoint.Side.values()) {
                NetlinkFailPoint point = (operation, side) -> operation == step && side == failing ? EIO : 0;
                try (LinuxNetworkDevices devices = LinuxNetworkDevices.open(point);
                        Netns opened = devices.open(pod.path())) {
                    Device inside = testHost.moveIn(eni, netns, CONFIG);
                    assertRefused(Kind.KERNEL, () -> devices.configure(inside, opened, CONFIG, TestHost.TIMEOUT));
                    testHost.configure(inside, netns, CONFIG);
                    assertThat(inspect()).as("%s %s", step, failing).isEmpty();
                    assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
                    Device again = testHost.moveIn(eni, netns, CONFIG);
                    assertRefused(Kind.KERNEL, () -> devices.configure(again, opened, CONFIG, TestHost.TIMEOUT));
                    assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
                    assertThatThereIsNone();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "all"})
    void ipv6ThatIsOffOnTheHostOrInTheSandboxIsOnForIt(String scope) throws IOException {
        Path setting = Path.of("/proc/sys/net/ipv6/conf", scope, "disable_ipv6");
        for (TestbedNamespace namespace : List.of(host, pod)) {
            NamespaceRunner.run(namespace, () -> Files.writeString(setting, "1"));
        }
        try {
            connect();
            assertThat(inspect()).isEmpty();
            assertThat(host.routes(name)).contains("2001:db8::7/128");
        } finally {
            NamespaceRunner.run(host, () -> Files.writeString(setting, "0"));
        }
    }

    @Test
    void hostLinksOfSeveralEndpointsStandSideBySide() {
        Device second = testHost.newEni();
        TestbedNamespace other = testHost.newNamespace("other");
        Netns otherNetns = testHost.openNetns(other);
        connect();
        testHost.connect(second, otherNetns, withHostLink(TestHost.linkConfig("eth0", 8), NETWORKS));
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).isEqualTo(Set.of(eni.mac(), second.mac()));
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).containsExactly(second.mac());
        assertThat(host.routes(HostVeth.name(second.mac()))).contains("10.0.3.8/32", "2001:db8::8/128");
        assertThat(Stream.of(testHost.returnToHost(second.baseline(), otherNetns)))
                .containsExactly(FROM_SANDBOX_CLEAN);
    }
}

package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkConfigurerIT extends EniFixture {
    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_TENTATIVE = 0x40;

    private final LinkConfig config = TestHost.linkConfig("eth0", 7);

    private Device connect(LinkConfig wanted) {
        return testHost.connect(eni, netns, wanted);
    }

    private List<Difference> inspect(LinkConfig wanted) {
        return testHost.inspect(eni.mac(), netns, wanted);
    }

    @Test
    void p10_bothFamiliesGetTheirOwnAddressAndGateway() {
        connect(config);
        assertThat(pod.addresses("eth0")).contains("10.0.3.7/24", "2001:db8::7/64");
        assertThat(pod.routes("eth0")).contains("0.0.0.0/0 via 10.0.3.1", "::/0 via 2001:db8::1");
        assertThat(inspect(config)).isEmpty();
    }

    @Test
    void ipv6IsUsableAtOnce() {
        Device inside = connect(config);
        Deadline deadline = Deadline.after(TestHost.TIMEOUT);
        AddressMessage global =
                TestbedInternals.with(pod, socket -> AddressRequests.of(socket, inside.ifindex(), deadline)).stream()
                        .filter(address -> address.family() == AddressMessage.AF_INET6)
                        .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                        .findFirst()
                        .orElseThrow();
        assertThat(global.flags() & (IFA_F_TENTATIVE | IFA_F_DADFAILED)).isZero();
        assertThat(global.flags() & AddressMessage.IFA_F_NODAD).isNotZero();
    }

    @Test
    void p3_configuringTwiceChangesNothing() {
        Device inside = connect(config);
        List<String> addresses = configured(pod.addresses("eth0"));
        List<String> routes = configured(pod.routes("eth0"));
        testHost.configure(inside, netns, config);
        assertThat(configured(pod.addresses("eth0"))).isEqualTo(addresses).hasSize(2);
        assertThat(configured(pod.routes("eth0"))).isEqualTo(routes).isNotEmpty();
    }

    /** Without the link-local ones, which the kernel adds by itself once the carrier is there. */
    private static List<String> configured(List<String> all) {
        return all.stream().filter(each -> !each.startsWith("fe80:")).toList();
    }

    @Test
    void aGatewayOutsideTheSubnetIsReachedOnLink() {
        LinkConfig outside = new LinkConfig(
                new InterfaceName("eth0"),
                List.of(
                        EniAddress.parse("10.0.3.7", "10.0.3.7/32", "169.254.1.1"),
                        EniAddress.parse("2001:db8::7", "2001:db8::7/128", "fe80::1")),
                List.of(
                        Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("169.254.1.1")),
                        Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::1"))));
        connect(outside);
        assertThat(pod.routes("eth0")).contains("0.0.0.0/0 via 169.254.1.1", "::/0 via fe80::1");
        assertThat(inspect(outside)).isEmpty();
    }

    private void addOther(Cidr destination) {
        pod.addVeth(VethPair.between("other", "peer"));
        pod.setUp("peer");
        pod.setUp("other");
        pod.addAddress("other", Cidr.parseAddress("10.9.0.2"), 24);
        pod.addRoute("other", Route.via(destination, Cidr.parseAddress("10.9.0.1")));
    }

    @Test
    void aRouteOfAnotherDeviceIsNotReplaced() {
        Cidr wanted = Cidr.parse("10.8.0.0/16");
        addOther(wanted);
        List<Route> routes = new ArrayList<>(config.routes());
        routes.add(Route.via(wanted, Cidr.parseAddress("10.0.3.1")));
        LinkConfig more = new LinkConfig(config.name(), config.addresses(), routes);
        Device inside = testHost.moveIn(eni, netns, more);
        assertThatThrownBy(() -> testHost.configure(inside, netns, more))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("10.8.0.0/16 via 10.0.3.1")
                .hasMessageContaining("EEXIST");
        assertThat(pod.routes("other")).contains("10.8.0.0/16 via 10.9.0.1");
    }

    /** As the second interface of a container. */
    @Test
    void p3_aDefaultRouteIsAddedBehindThatOfAnotherDeviceAndOnce() {
        addOther(Cidr.parse("0.0.0.0/0"));
        Device inside = connect(config);
        assertThat(pod.routes("other")).contains("0.0.0.0/0 via 10.9.0.1");
        assertThat(metrics()).as("of the default routes").containsExactlyInAnyOrder(0, 2048 + inside.ifindex());
        assertThat(inspect(config)).isEmpty();
        testHost.configure(inside, netns, config);
        assertThat(metrics()).containsExactlyInAnyOrder(0, 2048 + inside.ifindex());
    }

    /** Of IPv4's default routes. */
    private List<Integer> metrics() {
        Deadline deadline = Deadline.after(TestHost.TIMEOUT);
        return Stream.of("other", "eth0")
                .map(name -> TestbedInternals.link(pod, name).index())
                .flatMap(index ->
                        TestbedInternals.with(pod, socket -> RouteRequests.by(socket, index, deadline)).stream())
                .filter(route -> RouteRequests.isDefault(route) && route.family() == AddressMessage.AF_INET)
                .map(route -> route.attributes().u32(RouteMessage.RTA_PRIORITY).orElse(0))
                .toList();
    }

    private static void setIpv6Off(TestbedNamespace namespace, String scope, String value) throws IOException {
        Path setting = Path.of("/proc/sys/net/ipv6/conf", scope, "disable_ipv6");
        NamespaceRunner.run(namespace, () -> Files.writeString(setting, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "all"})
    void ipv6ThatTheRuntimeSwitchedOffIsOnForTheDevice(String scope) throws IOException {
        moveIn();
        returnToHost();
        setIpv6Off(pod, scope, "1");
        connect(config);
        assertThat(pod.addresses("eth0")).contains("2001:db8::7/64");
        assertThat(testHost.inspect(eni.mac(), netns, config)).isEmpty();
    }

    @Test
    void ipv6ThatIsOffOnTheHostIsOnInTheSandbox() throws IOException {
        setIpv6Off(host, "all", "1");
        try {
            connect(config);
            assertThat(pod.addresses("eth0")).contains("2001:db8::7/64");
            assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        } finally {
            setIpv6Off(host, "all", "0");
        }
    }

    @Test
    void ipv6ThatIsSwitchedOffUnderAServedEndpointIsADifference() throws IOException {
        connect(config);
        setIpv6Off(pod, "all", "1");
        assertThat(testHost.inspect(eni.mac(), netns, config))
                .anyMatch(
                        each -> each.what().equals("address") && each.expected().equals("2001:db8::7/64"));
    }

    @Test
    void anErrorNamesTheRequestAndTheKernelsReason() {
        LinkConfig impossible = new LinkConfig(
                new InterfaceName("eth0"),
                List.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
                List.of(Route.via(Cidr.parse("10.5.0.0/16"), Cidr.parseAddress("224.0.0.1"))));
        Device inside = testHost.moveIn(eni, netns, impossible);
        assertThatThrownBy(() -> testHost.configure(inside, netns, impossible))
                .isInstanceOfSatisfying(DeviceException.class, e -> {
                    assertThat(e.operation()).contains("10.5.0.0/16 via 224.0.0.1");
                    assertThat(e.device()).contains("eth0", eni.mac().toString());
                    assertThat(e.errno()).isEqualTo("EINVAL");
                })
                .hasMessageContaining("Nexthop has invalid gateway");
    }

    @Test
    void inspectionNamesEachDifference() {
        connect(config);
        pod.setDown("eth0");
        pod.rename("eth0", "eth9");
        assertThat(inspect(config)).extracting(Difference::what).contains("name", "state", "route");
        returnToHost();
        assertThat(inspect(config)).extracting(Difference::what).containsExactly("device");
    }

    @Test
    void inspectionKnowsADeviceWhoseOnlyMacWasChanged() {
        connect(config);
        MacAddress changed = MacAddress.parse("02:aa:bb:cc:dd:ee");
        pod.setMac("eth0", changed);
        assertThat(inspect(config))
                .containsExactly(new Difference("mac", eni.mac().toString(), changed.toString()));
    }
}

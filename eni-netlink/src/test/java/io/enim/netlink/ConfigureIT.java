package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class ConfigureIT {
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

    private Device moveIn(LinkPlan plan) {
        Device inside = stage.devices.moveIn(eni, netns, plan, Stage.TIMEOUT);
        stage.devices.configure(inside, netns, plan, Stage.TIMEOUT);
        return inside;
    }

    private List<Difference> inspect(LinkPlan plan) {
        return stage.devices.inspect(eni.mac(), netns, plan, Stage.TIMEOUT);
    }

    @Test
    void p10_bothFamiliesGetTheirOwnAddressAndGateway() {
        LinkPlan plan = Stage.plan("eth0", 7);
        moveIn(plan);
        assertThat(pod.addresses("eth0")).contains("10.0.3.7/24", "2001:db8::7/64");
        assertThat(pod.routes("eth0")).contains("0.0.0.0/0 via 10.0.3.1", "::/0 via 2001:db8::1");
        assertThat(inspect(plan)).isEmpty();
    }

    @Test
    void ipv6IsUsableAtOnce() {
        Device inside = moveIn(Stage.plan("eth0", 7));
        Deadline deadline = Deadline.after(Stage.TIMEOUT);
        AddressMessage global = ((Sandbox) netns)
                .withSocket(deadline, socket -> Addresses.of(socket, inside.ifindex(), deadline)).stream()
                        .filter(address -> address.family() == AddressMessage.AF_INET6
                                && address.scope() != AddressMessage.RT_SCOPE_LINK)
                        .findFirst()
                        .orElseThrow();
        assertThat(global.allFlags() & (AddressMessage.IFA_F_TENTATIVE | AddressMessage.IFA_F_DADFAILED))
                .isZero();
        assertThat(global.allFlags() & AddressMessage.IFA_F_NODAD).isNotZero();
    }

    @Test
    void p3_configuringTwiceChangesNothing() {
        LinkPlan plan = Stage.plan("eth0", 7);
        Device inside = moveIn(plan);
        List<String> addresses = configured(pod.addresses("eth0"));
        List<String> routes = configured(pod.routes("eth0"));
        stage.devices.configure(inside, netns, plan, Stage.TIMEOUT);
        assertThat(configured(pod.addresses("eth0"))).isEqualTo(addresses).hasSize(2);
        assertThat(configured(pod.routes("eth0"))).isEqualTo(routes).isNotEmpty();
    }

    /** Without the link-local ones, which the kernel adds by itself once the carrier is there. */
    private static List<String> configured(List<String> all) {
        return all.stream().filter(each -> !each.startsWith("fe80:")).toList();
    }

    @Test
    void aGatewayOutsideTheSubnetIsReachedOnLink() {
        LinkPlan plan = new LinkPlan(
                new InterfaceName("eth0"),
                List.of(
                        EniAddress.parse("10.0.3.7", "10.0.3.7/32", "169.254.1.1"),
                        EniAddress.parse("2001:db8::7", "2001:db8::7/128", "fe80::1")),
                List.of(
                        Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("169.254.1.1")),
                        Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::1"))));
        moveIn(plan);
        assertThat(pod.routes("eth0")).contains("0.0.0.0/0 via 169.254.1.1", "::/0 via fe80::1");
        assertThat(inspect(plan)).isEmpty();
    }

    @Test
    void anothersRouteIsNotReplaced() {
        pod.addVeth(VethPair.between("other", "peer"));
        pod.setUp("peer");
        pod.setUp("other");
        pod.addAddress("other", Cidr.parseAddress("10.9.0.2"), 24);
        Route others = Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.9.0.1"));
        pod.addRoute("other", others);
        LinkPlan plan = Stage.plan("eth0", 7);
        Device inside = stage.devices.moveIn(eni, netns, plan, Stage.TIMEOUT);
        assertThatThrownBy(() -> stage.devices.configure(inside, netns, plan, Stage.TIMEOUT))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("0.0.0.0/0 via 10.0.3.1")
                .hasMessageContaining("EEXIST");
        assertThat(pod.routes("other")).contains("0.0.0.0/0 via 10.9.0.1");
    }

    @Test
    void ipv6ThatTheRuntimeSwitchedOffIsOnForTheDevice() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
        setting("/proc/sys/net/ipv6/conf/default/disable_ipv6");
        LinkPlan plan = Stage.plan("eth0", 7);
        moveIn(plan);
        assertThat(pod.addresses("eth0")).contains("2001:db8::7/64");
    }

    private void setting(String file) {
        try (NamespaceFile home = NamespaceFile.ofCallingThread();
                NamespaceThreads threads = new NamespaceThreads(home)) {
            threads.inside(
                    pod.file(),
                    () -> {
                        Native.writeFile(file, "1".getBytes(StandardCharsets.US_ASCII));
                        return file;
                    },
                    Deadline.after(Stage.TIMEOUT));
        }
    }

    @Test
    void anErrorNamesTheRequestAndTheKernelsReason() {
        LinkPlan impossible = new LinkPlan(
                new InterfaceName("eth0"),
                List.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
                List.of(Route.via(Cidr.parse("10.5.0.0/16"), Cidr.parseAddress("224.0.0.1"))));
        Device inside = stage.devices.moveIn(eni, netns, impossible, Stage.TIMEOUT);
        assertThatThrownBy(() -> stage.devices.configure(inside, netns, impossible, Stage.TIMEOUT))
                .isInstanceOfSatisfying(DeviceException.class, e -> {
                    assertThat(e.operation()).contains("10.5.0.0/16 via 224.0.0.1");
                    assertThat(e.device()).contains("eth0", eni.mac().toString());
                    assertThat(e.errno()).isEqualTo("EINVAL");
                })
                .hasMessageContaining("Nexthop has invalid gateway");
    }

    @Test
    void inspectionNamesEachDifference() {
        LinkPlan plan = Stage.plan("eth0", 7);
        moveIn(plan);
        pod.setDown("eth0");
        pod.rename("eth0", "eth9");
        assertThat(inspect(plan)).extracting(Difference::what).contains("name", "state", "route");
        stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
        assertThat(inspect(plan)).extracting(Difference::what).containsExactly("device");
    }

    @Test
    void inspectionKnowsADeviceWhoseOnlyMacWasChanged() {
        LinkPlan plan = Stage.plan("eth0", 7);
        moveIn(plan);
        MacAddress changed = MacAddress.parse("02:aa:bb:cc:dd:ee");
        pod.setMac("eth0", changed);
        assertThat(inspect(plan))
                .containsExactly(new Difference("mac", eni.mac().toString(), changed.toString()));
    }
}

package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.Route;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Router advertisements do nothing to a device in its sandbox, and CHECK finds what was not asked for. */
class SandboxLinkIT extends EniFixture {
    private final TestbedNamespace cloud = testHost.cloud;
    private static final LinkConfig CONFIG = TestHost.linkConfig("eth0", 7);

    private Map<String, String> ipv6Settings(String device) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        NamespaceRunner.run(pod, () -> {
            for (String name : List.of("accept_ra", "autoconf")) {
                Path file = Path.of("/proc/sys/net/ipv6/conf", device, name);
                settings.put(name, Files.readString(file).strip());
            }
        });
        return settings;
    }

    /** Addresses and routes of eth0, without those that the kernel gives each device at some time. */
    private List<String> withoutLinkLocal() {
        return Stream.concat(pod.addresses("eth0").stream(), pod.routes("eth0").stream())
                .filter(each -> !each.startsWith("fe80:"))
                .toList();
    }

    private List<String> differences(LinkConfig config) {
        return testHost.inspect(eni.mac(), netns, config).stream()
                .map(Difference::toString)
                .toList();
    }

    @Test
    void p13_routerAdvertisementsAreOffForTheDeviceAloneWhenItComesUp() throws IOException {
        Map<String, String> before = ipv6Settings("default");
        assertThat(before).containsEntry("accept_ra", "1");
        Device inside = moveIn();
        assertThat(inside.up()).isTrue();
        assertThat(ipv6Settings("eth0")).containsEntry("accept_ra", "0").containsEntry("autoconf", "0");
        assertThat(ipv6Settings("default")).as("of devices that others add").isEqualTo(before);
    }

    @Test
    void p16_aMoveThatFailsSetsTheDefaultsBack() throws IOException {
        Map<String, String> before = ipv6Settings("default");
        NetlinkFailPoint refused = (operation, side) -> operation == NetlinkOperation.MOVE_IN ? 16 : 0; // EBUSY
        try (LinuxNetworkDevices devices = LinuxNetworkDevices.open(refused);
                Netns opened = devices.open(pod.path())) {
            assertThatThrownBy(() -> devices.moveIn(eni, opened, CONFIG, TestHost.TIMEOUT))
                    .hasMessageContaining("EBUSY");
        }
        assertThat(ipv6Settings("default")).isEqualTo(before);
    }

    @Test
    void p13_p18_aRouterAdvertisementGivesAPodNoAddressNoRouteAndNoOtherMtu() throws IOException {
        testHost.connect(eni, netns, CONFIG);
        List<String> before = withoutLinkLocal();
        cloud.addAddress("vpc", Cidr.parseAddress("fe80::1"), 64);
        try (RogueRouter router = RogueRouter.on(cloud, "vpc")) {
            // What others add to the pod gets what routers announce: it shows that the announcements arrive.
            pod.addVeth(VethPair.between("witness", "farw").withPeerIn(cloud));
            cloud.attach("farw", "vpc");
            cloud.setUp("farw");
            pod.setUp("witness");
            for (String prefix : List.of("2001:db8:bad::", "2001:db8:bad:1::")) {
                Awaitility.await().until(() -> {
                    router.announce(prefix, 1280);
                    return pod.addresses("witness").stream()
                            .anyMatch(each -> each.startsWith(prefix.replace("::", ":")));
                });
            }
        }
        assertThat(withoutLinkLocal()).isEqualTo(before);
        NamespaceRunner.run(pod, () -> {
            assertThat(Path.of("/proc/sys/net/ipv6/conf/eth0/mtu")).hasContent("1500");
            assertThat(Path.of("/proc/sys/net/ipv6/conf/witness/mtu")).hasContent("1280");
        });
        assertThat(differences(CONFIG)).isEmpty();
    }

    @Test
    void whatWasNotConfiguredIsADifference() {
        testHost.connect(eni, netns, CONFIG);
        assertThat(differences(CONFIG)).isEmpty();
        pod.addAddress("eth0", Cidr.parseAddress("2001:db8::bad"), 64);
        pod.addRoute("eth0", Route.via(Cidr.parse("172.16.0.0/12"), Cidr.parseAddress("10.0.3.9")));
        assertThat(testHost.inspect(eni.mac(), netns, CONFIG))
                .containsExactly(
                        new Difference("unexpected address", "none", "2001:db8::bad/64"),
                        new Difference("unexpected route", "none", "172.16.0.0/12 via 10.0.3.9"));
    }

    @Test
    void p18_aTenantsManyRoutesAreReadUpToABound() {
        testHost.connect(eni, netns, CONFIG);
        for (int i = 0; i < 1100; i++) {
            pod.addRoute("eth0", Route.to(Cidr.parse("172.16." + i / 256 + "." + i % 256 + "/32")));
        }
        assertThat(testHost.inspect(eni.mac(), netns, CONFIG))
                .containsExactly(new Difference("addresses and routes", "at most 1024 of a family each", "more"));
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
    }
}

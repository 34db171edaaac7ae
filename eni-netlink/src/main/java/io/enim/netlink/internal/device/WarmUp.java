// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.HostLink;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.ProcNetDev;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.residue.ResidualAddressCheck;
import io.enim.netlink.internal.residue.TenantResidue;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Exercises the code of an operation once, at start, so that the first endpoint does not wait while the JVM loads its
 * classes. Reads on the host only and changes nothing: requests are built, not sent.
 */
final class WarmUp {
    /** From the range that RFC 7042 reserves for documentation, so that no device has it. */
    private static final MacAddress UNUSED_MAC = MacAddress.parse("00:00:5e:00:53:ff");

    private static final LinkMessage SAMPLE_LINK = LinkMessage.of(
            0x7fff_fff0,
            Attributes.builder()
                    .text(LinkMessage.IFLA_IFNAME, "enim-warm-up")
                    .bytes(LinkMessage.IFLA_ADDRESS, UNUSED_MAC.toBytes())
                    .u32(LinkMessage.IFLA_MTU, 1500)
                    .u32(LinkMessage.IFLA_TXQLEN, 1000)
                    .build());

    private static final LinkConfig SAMPLE_CONFIG = new LinkConfig(
            new InterfaceName("eth0"),
            List.of(
                    EniAddress.parse("192.0.2.7", "192.0.2.0/24", "192.0.2.1"),
                    EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1")),
            List.of(
                    Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("192.0.2.1")),
                    Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::1"))),
            OptionalInt.empty(),
            Optional.of(
                    new HostLink(List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("2001:db8:1::/64")), List.of())));

    private WarmUp() {}

    /**
     * Runs it.
     *
     * @param deadlines one for each answer of the kernel: how long the JVM takes for its classes, no deadline foresees
     */
    static void run(NetlinkSessions sessions, HostLinkCache hostLinks, Supplier<Deadline> deadlines) {
        Device device = DeviceMapper.of(SAMPLE_LINK).orElseThrow();
        DeviceBaseline baseline = device.baseline();
        LinkMatcher.find(hostLinks.links(deadlines.get()), baseline);
        HostNames.free(sessions, baseline, HostNames.NOT_ON_HOST, deadlines.get());
        LinkConfigurer.requests(device, SAMPLE_CONFIG);
        HostLinkRoutes.of(UNUSED_MAC, SAMPLE_CONFIG).ifPresent(wanted -> HostVethSetup.requests(0, wanted));
        HostVethPairs.request(UNUSED_MAC, 0, SAMPLE_LINK.mtu().orElseThrow());
        try (Sandbox sandbox = Sandbox.enter(sessions, sessions.hostNamespace().reopen(), deadlines.get())) {
            sandbox.withSocket(deadlines.get(), socket -> {
                LinkRequests.byName(socket, ProcNetDev.LOOPBACK, deadlines.get())
                        .ifPresent(link -> {
                            ResidualAddressCheck.findings(sessions, link, deadlines.get());
                            TenantResidue.differencesByTenant(baseline, link);
                            MoveIntoSandbox.request(link, sandbox, 0, SAMPLE_CONFIG, link.index());
                            ReturnToHost.requests(baseline, link, 0, baseline.name(), baseline.ifindex());
                            List<NetlinkRequest> reading = List.of(LinkRequests.lookUp(link.index()));
                            new RtnlQueue()
                                    .runInOrder(
                                            "warm up",
                                            "",
                                            deadlines.get(),
                                            () -> socket.transact(reading, deadlines.get()));
                        });
                return socket;
            });
            SandboxLinks.read(sandbox, deadlines.get());
        }
    }
}

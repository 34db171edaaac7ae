package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.ProcNetDev;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through the motions of an operation once, at start, so that the first endpoint does not wait while the JVM loads
 * what it takes. Reads at home only and changes nothing: requests are worded, not sent.
 */
final class WarmUp {
    /** Of the range RFC 7042 keeps for documentation, so that it is nobody's. */
    private static final MacAddress UNUSED_MAC = MacAddress.parse("00:00:5e:00:53:ff");

    private static final Device SAMPLE_DEVICE = new Device(
            0x7fff_fff0,
            "enim-rehearsal",
            UNUSED_MAC,
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

    private static final LinkConfig SAMPLE_CONFIG = new LinkConfig(
            new InterfaceName("eth0"),
            List.of(
                    EniAddress.parse("192.0.2.7", "192.0.2.0/24", "192.0.2.1"),
                    EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1")),
            List.of(
                    Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("192.0.2.1")),
                    Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::1"))));

    private WarmUp() {}

    static void run(NetlinkSessions netlinkSessions, HostLinkCache hostLinkCache, RtnlQueue line, Deadline deadline) {
        DeviceBaseline state = SAMPLE_DEVICE.baseline();
        List<LinkMessage> links = hostLinkCache.links(deadline);
        LinkMatcher.find(links, state);
        new HostNames(netlinkSessions).free(state, HostNames.NOT_ON_HOST, deadline);
        LinkConfigurer.requests(SAMPLE_DEVICE, SAMPLE_CONFIG);
        try (Sandbox sandbox =
                Sandbox.enter(netlinkSessions, netlinkSessions.hostNamespace().reopen(), deadline)) {
            Optional<LinkMessage> loopback =
                    sandbox.withSocket(deadline, socket -> LinkRequests.byName(socket, ProcNetDev.LOOPBACK, deadline));
            loopback.ifPresent(link -> exercise(netlinkSessions, line, sandbox, state, link, deadline));
            SandboxLinks.read(sandbox, deadline);
        }
    }

    private static void exercise(
            NetlinkSessions netlinkSessions,
            RtnlQueue line,
            Sandbox sandbox,
            DeviceBaseline state,
            LinkMessage link,
            Deadline deadline) {
        new ResidualAddressCheck(netlinkSessions).findings(link, deadline);
        TenantResidue.differencesByTenant(state, link);
        MoveIntoSandbox.request(link, sandbox, 0, SAMPLE_CONFIG, link.index());
        ReturnToHost.requests(state, link, List.of(link), 0, state.name(), state.ifindex());
        line.runInOrder(
                "rehearse",
                DeviceMapper.describe(link),
                deadline,
                () -> sandbox.withSocket(
                                deadline,
                                socket -> socket.transact(List.of(LinkRequests.lookUp(link.index())), deadline))
                        .failures());
    }
}

package io.enim.netlink.internal.device;

import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what a move takes off a device: addresses and routes. They should be gone; this reads back that they are.
 * Changes nothing and takes no RTNL.
 */
final class ResidualAddressCheck {
    private final NetlinkSessions sessions;

    ResidualAddressCheck(NetlinkSessions kernel) {
        this.sessions = kernel;
    }

    /** What is still on a link that just came home, in words. */
    List<String> findings(LinkMessage link, Deadline deadline) {
        List<String> found = new ArrayList<>();
        sessions.onHost(deadline, socket -> {
            AddressRequests.of(socket, link.index(), deadline).stream()
                    .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                    .forEach(address -> found.add("address " + AddressRequests.describe(address) + " is on it"));
            RouteRequests.by(socket, link.index(), deadline).stream()
                    .filter(route -> route.gateway().isPresent())
                    .forEach(route -> found.add("route " + RouteRequests.describe(route) + " leaves by it"));
            return link;
        });
        return found;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.residue;

import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies that the addresses and routes of a returned device are gone: the kernel removes them with the move. Changes
 * nothing and takes no RTNL.
 */
public final class ResidualAddressCheck {
    private ResidualAddressCheck() {}

    /** The addresses and routes that a link still has after its return, in words. */
    public static List<String> findings(NetlinkSessions sessions, LinkMessage link, Deadline deadline) {
        List<String> found = new ArrayList<>();
        sessions.onHost(deadline, socket -> {
            AddressRequests.of(socket, link.index(), deadline).stream()
                    .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                    .forEach(address -> found.add("it still has address " + AddressRequests.describe(address)));
            RouteRequests.by(socket, link.index(), deadline).stream()
                    .filter(route -> route.gateway().isPresent())
                    .forEach(route -> found.add("it still has route " + RouteRequests.describe(route)));
            return link;
        });
        return found;
    }
}

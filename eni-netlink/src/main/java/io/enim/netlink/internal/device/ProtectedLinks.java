// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import java.util.Collection;
import java.util.Optional;

/** Refuses devices that ENIM never changes (P9). Its readings take no RTNL. */
final class ProtectedLinks {
    private ProtectedLinks() {}

    /**
     * Checks a link on the host before a change.
     *
     * @param links every link on the host
     * @param socket a socket on the host
     * @throws DeviceException of kind {@code PROTECTED}
     */
    static void check(
            String operation,
            LinkMessage link,
            Collection<LinkMessage> links,
            NetlinkSocket socket,
            Deadline deadline) {
        reason(link, links)
                .or(() -> defaultRoute(link, socket, deadline)
                        .map(route -> "a default route of this host leaves by it: " + RouteRequests.describe(route)))
                .ifPresent(reason -> refuse(operation, link, reason));
    }

    /**
     * Checks an ENI's link before what the host's software configured on it is removed. That ENIM's ENIs get default routes
     * by DHCP is no reason to leave them; but a host is never left without any default route.
     *
     * @throws DeviceException of kind {@code PROTECTED}
     */
    static void checkTakeOver(
            LinkMessage link, Collection<LinkMessage> links, NetlinkSocket socket, Deadline deadline) {
        reason(link, links)
                .or(() -> defaultRoute(link, socket, deadline)
                        .filter(route -> !RouteRequests.hasOtherDefault(socket, link.index(), deadline))
                        .map(route -> "the host's only default route leaves by it: " + RouteRequests.describe(route)))
                .ifPresent(reason -> refuse("take over", link, reason));
    }

    private static Optional<RouteMessage> defaultRoute(LinkMessage link, NetlinkSocket socket, Deadline deadline) {
        return RouteRequests.byInAllTables(socket, link.index(), deadline).stream()
                .filter(RouteRequests::isDefault)
                .findFirst();
    }

    private static void refuse(String operation, LinkMessage link, String reason) {
        String advice = reason + "; nothing was changed. If it is an ENI for endpoints, remove that first";
        throw new DeviceException(Kind.PROTECTED, operation, LinkIdentity.describe(link), advice);
    }

    private static Optional<String> reason(LinkMessage link, Collection<LinkMessage> links) {
        if (link.has(LinkMessage.IFF_LOOPBACK)) {
            return Optional.of("it is the loopback device");
        }
        if (link.kind()
                .filter(kind -> kind.equals("bond") || kind.equals("team"))
                .isPresent()) {
            return Optional.of("it is a " + link.kind().get());
        }
        int master = link.master().orElse(0);
        if (master != 0) {
            // Like bond, of a device that belongs to one.
            Optional<String> kind =
                    link.attributes().nested(LinkMessage.IFLA_LINKINFO).text(LinkMessage.IFLA_INFO_SLAVE_KIND);
            String name = links.stream()
                    .filter(other -> other.index() == master)
                    .map(LinkMessage::printableName)
                    .findFirst()
                    .orElse("index " + master);
            return Optional.of("it belongs to " + kind.map(of -> of + " ").orElse("") + name);
        }
        return links.stream()
                .filter(other -> other.isOver(link))
                .map(upper -> upper.printableName() + " is stacked on it")
                .findFirst();
    }
}

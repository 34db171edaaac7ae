// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.device.HostLinkRoutes.LinkRoute;
import io.enim.netlink.internal.identity.HostVeth;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetworkSettings;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes and sets up a host link: the pair, the host's end in one send, the sandbox's routes in another. Repeating it keeps
 * what is there and adds what is missing. Safe for concurrent use for different ENIs.
 *
 * <p>The host's end comes up only after it takes no router advertisements, with which a tenant would set the host's routes.
 * No end has an address: the host answers from its own, and the endpoint's is the source of the routes in the sandbox. Both
 * ends have one MAC and resolve none, so that no neighbour has to be made, or can be changed by a packet.
 */
final class HostVethSetup {
    private static final byte[] OFF = {'0'};
    private static final byte ON = '1';

    private final NetlinkSessions sessions;
    private final HostVethPairs pairs;

    HostVethSetup(NetlinkSessions sessions, HostVethPairs pairs) {
        this.sessions = sessions;
        this.pairs = pairs;
    }

    /** The device has its addresses already. A pair one of whose routes was changed is replaced. */
    void apply(Device device, Sandbox sandbox, HostLinkRoutes wanted, Deadline deadline) {
        try {
            applyOnce(device, sandbox, wanted, deadline);
        } catch (NetlinkException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            pairs.remove(wanted.eni(), deadline);
            applyOnce(device, sandbox, wanted, deadline);
        }
    }

    private void applyOnce(Device device, Sandbox sandbox, HostLinkRoutes wanted, Deadline deadline) {
        int hostEnd = pairs.ensure(wanted.eni(), sandbox, device.mtu(), deadline);
        sessions.callOnHost(deadline, () -> setIpv6OfHostEnd(wanted.name(), wanted.hasIpv6()));
        sessions.onHost(
                deadline, socket -> send(requests(hostEnd, wanted), wanted.onHost(), hostEnd, socket, deadline));
        try {
            addInside(sandbox, wanted, deadline);
        } catch (NetlinkException e) {
            if (!e.is(Errno.EACCES) || !wanted.hasIpv6()) {
                throw e;
            }
            // Some runtimes disable IPv6 in every namespace they create; this enables it for the one device.
            sandbox.callInside(deadline, () -> setIpv6(wanted.name(), "disable_ipv6"));
            addInside(sandbox, wanted, deadline);
        }
    }

    private static void addInside(Sandbox sandbox, HostLinkRoutes wanted, Deadline deadline) {
        sandbox.withSocket(deadline, socket -> {
            int end = InterfaceIoctls.index(socket, wanted.name())
                    .orElseThrow(() -> new DeviceException(
                            Kind.NOT_FOUND,
                            "set up host link",
                            wanted.name(),
                            "its end is no longer in the sandbox under this name: the tenant changed it. Retry"));
            return send(requests(end, wanted.inSandbox(), wanted), wanted.inSandbox(), end, socket, deadline);
        });
    }

    private static String setIpv6OfHostEnd(String name, boolean hasIpv6) {
        setIpv6(name, "accept_ra");
        if (hasIpv6 && Native.readFile(NetworkSettings.ofIpv6(name, "disable_ipv6"))[0] == ON) {
            setIpv6(name, "disable_ipv6");
        }
        return name;
    }

    private static String setIpv6(String name, String setting) {
        try {
            Native.writeFile(NetworkSettings.ofIpv6(name, setting), OFF);
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // The kernel runs without IPv6, or the pair is gone, which the next request tells.
        }
        return setting;
    }

    /**
     * Brings up the host's end. A packet whose source is another than the endpoint's is dropped by the host, where no other
     * setting of the host loosens that.
     */
    private static NetlinkRequest setUp(int index, HostLinkRoutes wanted) {
        Attributes settings = Attributes.builder()
                .u32(LinkMessage.IPV4_DEVCONF_RP_FILTER, 1)
                .u32(LinkMessage.IPV4_DEVCONF_SEND_REDIRECTS, 0)
                .build();
        Attributes ipv4 = Attributes.builder()
                .nested(LinkMessage.IFLA_INET_CONF, settings)
                .build();
        Attributes attributes = Attributes.builder()
                .text(LinkMessage.IFLA_IFALIAS, "enim host link of " + wanted.eni())
                .nested(
                        LinkMessage.IFLA_AF_SPEC,
                        Attributes.builder()
                                .nested(AddressMessage.AF_INET, ipv4)
                                .build())
                .build();
        LinkMessage up = LinkMessage.of(index, HostVeth.FLAGS, HostVeth.FLAGS, attributes);
        return LinkRequests.set(NetlinkOperation.SET_UP_HOST_LINK, up, "set up host link", wanted.name());
    }

    /** Of the host's end: brings it up, and adds its routes. */
    static List<NetlinkRequest> requests(int hostEnd, HostLinkRoutes wanted) {
        List<NetlinkRequest> requests = new ArrayList<>();
        requests.add(setUp(hostEnd, wanted));
        requests.addAll(requests(hostEnd, wanted.onHost(), wanted));
        return requests;
    }

    private static List<NetlinkRequest> requests(int end, List<LinkRoute> routes, HostLinkRoutes wanted) {
        return routes.stream().map(route -> route.request(end, wanted.name())).toList();
    }

    /** Sends requests of which the routes are the last; a route that is there already, by the same device, counts as added. */
    private static BatchResult send(
            List<NetlinkRequest> requests, List<LinkRoute> routes, int end, NetlinkSocket socket, Deadline deadline) {
        BatchResult result = socket.transact(requests, deadline);
        if (result.failures().isEmpty()) {
            return result;
        }
        List<RouteMessage> present = RouteRequests.by(socket, end, deadline);
        int first = requests.size() - routes.size();
        List<Optional<NetlinkException>> unsolved = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            boolean isThere = i >= first && routes.get(i - first).isAmong(present);
            unsolved.add(result.failure(i).filter(e -> !(isThere && e.is(Errno.EEXIST))));
        }
        BatchResult left = new BatchResult(unsolved);
        left.requireSuccess();
        return left;
    }
}

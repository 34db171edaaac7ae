// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.HostVeth;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.VethRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The veth pairs of host links: finds, makes and removes them. Safe for concurrent use for different ENIs.
 *
 * <p>A pair ends with either end: the tenant can delete its own, or move it to a namespace of its choice, and the host's end
 * shows at once what was done. So the host's end alone is looked for, and removing it removes both.
 */
final class HostVethPairs {
    private static final String MAKE = "make host link";
    /** The kernel makes one for each processor otherwise, each with a directory of settings. */
    private static final int QUEUES = 1;

    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final RtnlQueue rtnlQueue;

    HostVethPairs(NetlinkSessions sessions, HostLinkCache hostLinks, RtnlQueue rtnlQueue) {
        this.sessions = sessions;
        this.hostLinks = hostLinks;
        this.rtnlQueue = rtnlQueue;
    }

    /** The ENIs that have a host link. */
    Set<MacAddress> all(Deadline deadline) {
        return hostLinks.links(deadline).stream()
                .flatMap(link -> HostVeth.eni(link).stream())
                .collect(Collectors.toSet());
    }

    /** The host's end. */
    Optional<LinkMessage> onHost(MacAddress eni, Deadline deadline) {
        return HostVeth.find(hostLinks.links(deadline), eni);
    }

    /** Makes the pair, unless it is there and its other end is in the sandbox as it was made. Returns the host end's index. */
    int ensure(MacAddress eni, Sandbox sandbox, int mtu, Deadline deadline) {
        Optional<LinkMessage> present = onHost(eni, deadline);
        if (present.isPresent() && isInside(present.get(), eni, sandbox, deadline)) {
            return present.get().index();
        }
        if (present.isPresent()) {
            remove(eni, deadline);
        }
        return make(eni, sandbox, mtu, deadline);
    }

    /** Whether the other end is in the sandbox, as it was made. */
    private static boolean isInside(LinkMessage hostEnd, MacAddress eni, Sandbox sandbox, Deadline deadline) {
        String name = HostVeth.name(eni);
        return sandbox.withSocket(
                deadline,
                socket -> InterfaceIoctls.index(socket, name)
                                .equals(hostEnd.link().stream().boxed().findFirst())
                        && InterfaceIoctls.mac(socket, name).equals(Optional.of(HostVeth.mac(eni)))
                        && (InterfaceIoctls.flags(socket, name) & HostVeth.FLAGS) == HostVeth.FLAGS);
    }

    private int make(MacAddress eni, Sandbox sandbox, int mtu, Deadline deadline) {
        String name = HostVeth.name(eni);
        return sessions.onHost(deadline, socket -> {
            try {
                rtnlQueue.runInOrder(
                        MAKE,
                        name,
                        deadline,
                        () -> sandbox.file().with(fd -> {
                            socket.execute(request(eni, fd, mtu), deadline);
                            return fd;
                        }));
            } catch (NetlinkException e) {
                throw e.is(Errno.EEXIST)
                        ? nameTaken(name, InterfaceIoctls.index(socket, name).isPresent(), e)
                        : e;
            }
            return InterfaceIoctls.index(socket, name)
                    .orElseThrow(() -> new DeviceException(
                            Kind.NOT_FOUND, MAKE, name, "it was made and is gone again: the tenant deleted it. Retry"));
        });
    }

    /** The kernel can bring up the first end only, which is the sandbox's; it has no carrier until the host's end is up. */
    static NetlinkRequest request(MacAddress eni, int sandbox, int mtu) {
        Attributes.Builder inside = end(eni, mtu).u32(LinkMessage.IFLA_NET_NS_FD, sandbox);
        int noArp = LinkMessage.IFF_NOARP;
        return VethRequests.add(
                NetlinkOperation.MAKE_HOST_LINK,
                LinkMessage.of(0, HostVeth.FLAGS, HostVeth.FLAGS, inside.build()),
                LinkMessage.of(0, noArp, noArp, end(eni, mtu).build()),
                MAKE,
                HostVeth.name(eni));
    }

    private static Attributes.Builder end(MacAddress eni, int mtu) {
        return Attributes.builder()
                .text(LinkMessage.IFLA_IFNAME, HostVeth.name(eni))
                .bytes(LinkMessage.IFLA_ADDRESS, HostVeth.mac(eni).toBytes())
                .u32(LinkMessage.IFLA_MTU, mtu)
                .u32(LinkMessage.IFLA_NUM_TX_QUEUES, QUEUES)
                .u32(LinkMessage.IFLA_NUM_RX_QUEUES, QUEUES);
    }

    private static DeviceException nameTaken(String name, boolean onHost, NetlinkException cause) {
        String reason = onHost
                ? "a device on the host has this name and is not the ENI's host link; rename or remove it"
                : "a device in the sandbox has this name; rename or remove it, or make a new sandbox";
        return new DeviceException(Kind.NAME_TAKEN, MAKE, name, Errno.EEXIST.name(), reason, cause);
    }

    /** Removes the pair. Idempotent. */
    void remove(MacAddress eni, Deadline deadline) {
        if (onHost(eni, deadline).isEmpty()) {
            return;
        }
        String name = HostVeth.name(eni);
        NetlinkRequest request = LinkRequests.deleteNamed(NetlinkOperation.REMOVE_HOST_LINK, name, "remove host link");
        try {
            sessions.onHost(
                    deadline,
                    socket -> rtnlQueue.runInOrder("remove host link", name, deadline, () -> {
                        socket.execute(request, deadline);
                        return name;
                    }));
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
            // The tenant deleted its end in this moment, or its namespace ended.
        }
    }
}

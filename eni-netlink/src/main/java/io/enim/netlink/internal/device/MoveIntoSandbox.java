// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetworkSettings;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves a device from the host into an endpoint's namespace, renames it and brings it up, in one message. Everything that
 * can be checked is checked before, in ways that take no RTNL; the message is the only acquisition. Safe for concurrent use.
 *
 * <p>The kernel handles the message in the order move, MTU, name, alias, flags, and undoes nothing: if the name is taken in
 * between, the device stays in the namespace, down, under its name on the host.
 */
final class MoveIntoSandbox {
    private static final int ANY_INDEX = 0;

    private static final Path IPV6_SETTINGS = NetworkSettings.path("ipv6");

    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final RtnlQueue rtnlQueue;
    private final UdevNames udevNames;

    MoveIntoSandbox(NetlinkSessions sessions, HostLinkCache hostLinks, RtnlQueue rtnlQueue, UdevNames udevNames) {
        this.sessions = sessions;
        this.hostLinks = hostLinks;
        this.rtnlQueue = rtnlQueue;
        this.udevNames = udevNames;
    }

    /** Returns the device as it is inside. */
    Device move(Device device, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        MacAddress mac = device.identity();
        List<LinkMessage> links = hostLinks.links(deadline);
        LinkMessage link = LinkMatcher.find(links, mac)
                .orElseThrow(() ->
                        notFound(device, "no device on the host has this MAC; nothing was changed. Find it again"));
        sessions.onHost(deadline, socket -> {
            ProtectedLinks.check("move in", link, links, socket, deadline);
            refuseMtu(link, config);
            refuseIpv6OnKernelWithout(link, config);
            refuseOwnAlternativeName(socket, link, config.name().value());
            return link;
        });
        return sandbox.with(deadline, inside -> {
            refuseTakenNames(inside.socket(), link, config);
            rtnlQueue.runInOrder("move in", LinkIdentity.describe(link), deadline, () -> {
                try (RouterAdvertisements off = RouterAdvertisements.turnOff(sandbox.path(), inside)) {
                    send(link, sandbox, config, deadline);
                    return off;
                }
            });
            return readBack(inside.socket(), device, config);
        });
    }

    /** The kernel refuses an MTU out of the device's range only after the move. */
    private static void refuseMtu(LinkMessage link, LinkConfig config) {
        config.mtu().ifPresent(mtu -> {
            if (!link.allowsMtu(mtu)) {
                int max = link.attributes().u32(LinkMessage.IFLA_MAX_MTU).orElse(0);
                throw new InvalidRequestException(
                        "mtu",
                        Integer.toString(mtu),
                        LinkIdentity.describe(link) + " allows "
                                + link.attributes()
                                        .u32(LinkMessage.IFLA_MIN_MTU)
                                        .orElse(0) + " to "
                                + (max == 0 ? "any" : max) + "; nothing was changed");
            }
        });
    }

    /** Such a kernel refuses the address only after the move, and says little of why. */
    private static void refuseIpv6OnKernelWithout(LinkMessage link, LinkConfig config) {
        boolean needsIpv6 = config.addresses().stream()
                .anyMatch(each -> AddressRequests.family(each.address()) == AddressMessage.AF_INET6);
        if (needsIpv6 && !Files.exists(IPV6_SETTINGS)) {
            throw new DeviceException(
                    Kind.KERNEL,
                    "move in",
                    LinkIdentity.describe(link),
                    "this kernel runs without IPv6 (ipv6.disable=1), and the ENI has an IPv6 address; nothing was"
                            + " changed. Boot the kernel with IPv6, or use subnets without");
        }
    }

    /** The kernel refuses the device's own alternative name as taken, and only after the move. */
    private static void refuseOwnAlternativeName(NetlinkSocket onHost, LinkMessage link, String name) {
        Optional<Integer> index = InterfaceIoctls.index(onHost, name);
        if (index.equals(Optional.of(link.index())) && !link.name().equals(name)) {
            String reason = "this is an alternative name of the device itself; nothing was changed. "
                    + "Restore the device first, which removes it";
            throw nameTaken(link, name, reason);
        }
    }

    private void refuseTakenNames(NetlinkSocket inside, LinkMessage link, LinkConfig config) {
        List<String> wanted = new ArrayList<>(udevNames.without(link).alternativeNames());
        wanted.add(config.name().value());
        for (String name : wanted) {
            if (InterfaceIoctls.index(inside, name).isPresent()) {
                throw nameTaken(link, name, "another device has this name in the namespace; nothing was changed");
            }
        }
    }

    private static DeviceException nameTaken(LinkMessage link, String name, String reason) {
        return new DeviceException(Kind.NAME_TAKEN, "move in", LinkIdentity.describe(link) + " as " + name, reason);
    }

    private static DeviceException notFound(Device device, String reason) {
        String described = device.name() + " (" + device.identity() + ")";
        return new DeviceException(Kind.NOT_FOUND, "move in", described, reason);
    }

    private void send(LinkMessage link, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        sessions.onHost(
                deadline,
                socket -> sandbox.file().with(fd -> {
                    List<NetlinkRequest> requests = new ArrayList<>();
                    List<String> ofUdev = udevNames.on(link, socket);
                    if (!ofUdev.isEmpty()) {
                        requests.add(
                                LinkRequests.removeAlternativeNames(link.index(), ofUdev, LinkIdentity.describe(link)));
                    }
                    // With its current index in the request, the kernel keeps it, or refuses before anything is moved.
                    requests.add(request(link, sandbox, fd, config, link.index()));
                    BatchResult kept = socket.transact(requests, deadline);
                    if (kept.failure(requests.size() - 1)
                            .filter(e -> e.is(Errno.EBUSY))
                            .isPresent()) {
                        socket.execute(request(link, sandbox, fd, config, ANY_INDEX), deadline);
                    } else {
                        kept.requireSuccess();
                    }
                    return kept;
                }));
    }

    static NetlinkRequest request(LinkMessage link, Sandbox sandbox, int fd, LinkConfig config, int index) {
        Attributes.Builder attributes = Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        attributes.text(LinkMessage.IFLA_IFNAME, config.name().value());
        LinkIdentity.of(link)
                .ifPresent(mac ->
                        attributes.text(LinkMessage.IFLA_IFALIAS, LinkMatcher.alias(mac, link.name(), config.mtu())));
        config.mtu().ifPresent(mtu -> attributes.u32(LinkMessage.IFLA_MTU, mtu));
        // A state that the tenant before set stays where the driver reports no carrier. Others are not changed by this.
        attributes.u8(LinkMessage.IFLA_OPERSTATE, LinkMessage.IF_OPER_UP);
        LinkMessage moved = LinkMessage.of(link.index(), LinkMessage.IFF_UP, LinkMessage.IFF_UP, attributes.build());
        String description = "move into " + sandbox.path() + " as " + config.name();
        return LinkRequests.set(NetlinkOperation.MOVE_IN, moved, description, LinkIdentity.describe(link));
    }

    /** Reads back what a move can change; the rest of a device moves with it unchanged. */
    private static Device readBack(NetlinkSocket inside, Device device, LinkConfig config) {
        String name = config.name().value();
        int index = InterfaceIoctls.index(inside, name).orElse(0);
        Optional<MacAddress> mac = InterfaceIoctls.mac(inside, name);
        if (index == 0 || !mac.equals(Optional.of(device.mac()))) {
            String now = mac.map(MacAddress::toString).orElse("gone");
            throw notFound(
                    device,
                    "it was moved, but " + name + " in the namespace is now " + now
                            + "; other software changed it. Retry");
        }
        boolean isUp = (InterfaceIoctls.flags(inside, name) & LinkMessage.IFF_UP) != 0;
        String alias = LinkMatcher.alias(device.identity(), device.name(), config.mtu());
        return DeviceMapper.moved(device, index, name, isUp, config.mtu().orElse(device.mtu()), alias);
    }
}

package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves a device from home into an endpoint's namespace, renames it and brings it up, in one message. Everything that can
 * be checked is checked before, by ways that take no RTNL; the message is the only acquisition. Safe for concurrent use.
 *
 * <p>The kernel handles the message in the order move, name, alias, flags, and does not undo: a name that is taken in
 * between leaves the device in the namespace, down, under its name at home.
 */
final class MoveIntoSandbox {
    private static final int ANY_INDEX = 0;

    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final RtnlQueue rtnlQueue;

    MoveIntoSandbox(NetlinkSessions kernel, HostLinkCache homeLinks, RtnlQueue line) {
        this.sessions = kernel;
        this.hostLinks = homeLinks;
        this.rtnlQueue = line;
    }

    /** Returns the device as it is inside. */
    Device move(Device device, Sandbox sandbox, LinkConfig plan, Deadline deadline) {
        MacAddress mac = device.identity();
        List<LinkMessage> links = hostLinks.links(deadline);
        LinkMessage link = LinkMatcher.find(links, mac)
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "move in",
                        device.name() + " (" + mac + ")",
                        "no device at home has this MAC; nothing was changed. Look for it again"));
        String described = DeviceMapper.describe(link);
        sessions.onHost(deadline, socket -> {
            ProtectedLinks.check("move in", link, links, socket, deadline);
            refuseOwnAlternativeName(socket, link, plan);
            return link;
        });
        return sandbox.withSocket(deadline, inside -> {
            refuseTakenNames(inside, link, plan);
            rtnlQueue.runInOrder("move in", described, deadline, () -> {
                send(link, sandbox, plan, deadline);
                return link;
            });
            return readBack(inside, device, plan);
        });
    }

    /** Its own alternative name is refused by the kernel as taken, and only after the move. */
    private static void refuseOwnAlternativeName(NetlinkSocket atHome, LinkMessage link, LinkConfig plan) {
        String name = plan.name().value();
        boolean isOwn = InterfaceIoctls.index(atHome, name)
                .filter(index -> index == link.index())
                .isPresent();
        if (isOwn && !DeviceMapper.name(link).equals(name)) {
            throw nameTaken(
                    link,
                    name,
                    "this is an alternative name of the device itself; bring the device home first, which takes it off");
        }
    }

    private static void refuseTakenNames(NetlinkSocket inside, LinkMessage link, LinkConfig plan) {
        List<String> wanted = new ArrayList<>(link.alternativeNames());
        wanted.add(plan.name().value());
        for (String name : wanted) {
            if (InterfaceIoctls.index(inside, name).isPresent()) {
                throw nameTaken(link, name, "another device has this name in the namespace; nothing was changed");
            }
        }
    }

    private static DeviceException nameTaken(LinkMessage link, String name, String why) {
        return new DeviceException(
                DeviceException.Kind.NAME_TAKEN, "move in", DeviceMapper.describe(link) + " as " + name, why);
    }

    private void send(LinkMessage link, Sandbox sandbox, LinkConfig plan, Deadline deadline) {
        sessions.onHost(
                deadline,
                socket -> sandbox.file().with(fd -> {
                    // Asking for the index it has makes the kernel keep it or refuse before anything moved.
                    BatchResult kept =
                            socket.transact(List.of(request(link, sandbox, fd, plan, link.index())), deadline);
                    if (kept.failure(0).filter(e -> e.is(Errno.EBUSY)).isPresent()) {
                        socket.execute(request(link, sandbox, fd, plan, ANY_INDEX), deadline);
                    } else {
                        kept.requireSuccess();
                    }
                    return kept;
                }));
    }

    static NetlinkRequest request(LinkMessage link, Sandbox sandbox, int fd, LinkConfig plan, int index) {
        Attributes.Builder attributes = Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        attributes.text(LinkMessage.IFLA_IFNAME, plan.name().value());
        DeviceMapper.identity(link)
                .ifPresent(mac ->
                        attributes.text(LinkMessage.IFLA_IFALIAS, LinkMatcher.alias(mac, DeviceMapper.name(link))));
        return LinkRequests.set(
                NetlinkOperation.MOVE_IN,
                link.index(),
                LinkMessage.IFF_UP,
                LinkMessage.IFF_UP,
                attributes.build(),
                "move into " + sandbox.path() + " as " + plan.name(),
                DeviceMapper.describe(link));
    }

    /** What a move can change is read back; the rest of a device moves with it unchanged. */
    private static Device readBack(NetlinkSocket inside, Device device, LinkConfig plan) {
        String name = plan.name().value();
        int index = InterfaceIoctls.index(inside, name).orElse(0);
        Optional<MacAddress> mac = InterfaceIoctls.mac(inside, name);
        if (index == 0 || !mac.equals(Optional.of(device.mac()))) {
            throw new DeviceException(
                    DeviceException.Kind.NOT_FOUND,
                    "move in",
                    device.name() + " (" + device.identity() + ")",
                    "it was moved, but " + name + " in the namespace is now "
                            + mac.map(MacAddress::toString).orElse("gone") + "; somebody else changes it meanwhile");
        }
        return new Device(
                index,
                name,
                device.mac(),
                device.permanentMac(),
                device.kind(),
                device.parent(),
                (InterfaceIoctls.flags(inside, name) & LinkMessage.IFF_UP) != 0,
                device.mtu(),
                device.txQueueLength(),
                device.group(),
                device.segmentation(),
                device.flags(),
                Optional.of(LinkMatcher.alias(device.identity(), device.name())),
                device.altNames(),
                0);
    }
}

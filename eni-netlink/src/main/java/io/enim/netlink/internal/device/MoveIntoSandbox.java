package io.enim.netlink;

import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkPlan;
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
final class MoveIn {
    private static final int ANY_INDEX = 0;

    private final Kernel kernel;
    private final HomeLinks homeLinks;
    private final MoveLine line;

    MoveIn(Kernel kernel, HomeLinks homeLinks, MoveLine line) {
        this.kernel = kernel;
        this.homeLinks = homeLinks;
        this.line = line;
    }

    /** Returns the device as it is inside. */
    Device move(Device device, Sandbox sandbox, LinkPlan plan, Deadline deadline) {
        MacAddress mac = device.identity();
        List<LinkMessage> links = homeLinks.links(deadline);
        LinkMessage link = Identification.find(links, mac)
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "move in",
                        device.name() + " (" + mac + ")",
                        "no device at home has this MAC; nothing was changed. Look for it again"));
        String described = Devices.describe(link);
        kernel.atHome(deadline, socket -> {
            Protection.check("move in", link, links, socket, deadline);
            refuseOwnAlternativeName(socket, link, plan);
            return link;
        });
        return sandbox.withSocket(deadline, inside -> {
            refuseTakenNames(inside, link, plan);
            line.inTurn("move in", described, deadline, () -> {
                send(link, sandbox, plan, deadline);
                return link;
            });
            return readBack(inside, device, plan);
        });
    }

    /** Its own alternative name is refused by the kernel as taken, and only after the move. */
    private static void refuseOwnAlternativeName(NetlinkSocket atHome, LinkMessage link, LinkPlan plan) {
        String name = plan.name().value();
        boolean isOwn = Interfaces.index(atHome, name)
                .filter(index -> index == link.index())
                .isPresent();
        if (isOwn && !Devices.name(link).equals(name)) {
            throw taken(
                    link,
                    name,
                    "this is an alternative name of the device itself; bring the device home first, which takes it off");
        }
    }

    private static void refuseTakenNames(NetlinkSocket inside, LinkMessage link, LinkPlan plan) {
        List<String> wanted = new ArrayList<>(link.alternativeNames());
        wanted.add(plan.name().value());
        for (String name : wanted) {
            if (Interfaces.index(inside, name).isPresent()) {
                throw taken(link, name, "another device has this name in the namespace; nothing was changed");
            }
        }
    }

    private static DeviceException taken(LinkMessage link, String name, String why) {
        return new DeviceException(
                DeviceException.Kind.NAME_TAKEN, "move in", Devices.describe(link) + " as " + name, why);
    }

    private void send(LinkMessage link, Sandbox sandbox, LinkPlan plan, Deadline deadline) {
        kernel.atHome(
                deadline,
                socket -> sandbox.file().with(fd -> {
                    // Asking for the index it has makes the kernel keep it or refuse before anything moved.
                    Batch kept = socket.transact(List.of(request(link, sandbox, fd, plan, link.index())), deadline);
                    if (kept.failure(0).filter(e -> e.is(Errno.EBUSY)).isPresent()) {
                        socket.execute(request(link, sandbox, fd, plan, ANY_INDEX), deadline);
                    } else {
                        kept.requireSuccess();
                    }
                    return kept;
                }));
    }

    static Request request(LinkMessage link, Sandbox sandbox, int fd, LinkPlan plan, int index) {
        Attributes.Builder attributes = Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        attributes.text(LinkMessage.IFLA_IFNAME, plan.name().value());
        Devices.identity(link)
                .ifPresent(mac ->
                        attributes.text(LinkMessage.IFLA_IFALIAS, Identification.alias(mac, Devices.name(link))));
        return Links.set(
                NetlinkStep.MOVE_IN,
                link.index(),
                LinkMessage.IFF_UP,
                LinkMessage.IFF_UP,
                attributes.build(),
                "move into " + sandbox.path() + " as " + plan.name(),
                Devices.describe(link));
    }

    /** What a move can change is read back; the rest of a device moves with it unchanged. */
    private static Device readBack(NetlinkSocket inside, Device device, LinkPlan plan) {
        String name = plan.name().value();
        int index = Interfaces.index(inside, name).orElse(0);
        Optional<MacAddress> mac = Interfaces.mac(inside, name);
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
                (Interfaces.flags(inside, name) & LinkMessage.IFF_UP) != 0,
                device.mtu(),
                device.txQueueLength(),
                device.group(),
                device.segmentation(),
                device.flags(),
                Optional.of(Identification.alias(device.identity(), device.name())),
                device.altNames(),
                0);
    }
}

package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import io.enim.netlink.internal.wire.NeighbourMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.netlink.internal.wire.RouteMessage;

/**
 * One message to the kernel and the words for it in errors.
 *
 * @param step which of the messages it is
 * @param type {@code nlmsg_type}
 * @param flags {@code nlmsg_flags} beside those the socket sets
 * @param structure the kernel structure the message starts with
 * @param operation what is asked, in words
 * @param device of which device or address, in words
 */
public record NetlinkRequest(
        NetlinkOperation step,
        int type,
        int flags,
        byte[] structure,
        Attributes attributes,
        String operation,
        String device) {
    public static NetlinkRequest link(
            NetlinkOperation step, int type, int flags, LinkMessage link, String operation, String device) {
        return new NetlinkRequest(step, type, flags, link.structure(), link.attributes(), operation, device);
    }

    public static NetlinkRequest address(
            NetlinkOperation step, int type, int flags, AddressMessage address, String operation, String device) {
        return new NetlinkRequest(step, type, flags, address.structure(), address.attributes(), operation, device);
    }

    public static NetlinkRequest route(
            NetlinkOperation step, int type, int flags, RouteMessage route, String operation, String device) {
        return new NetlinkRequest(step, type, flags, route.structure(), route.attributes(), operation, device);
    }

    public static NetlinkRequest neighbour(
            NetlinkOperation step, int type, int flags, NeighbourMessage neighbour, String operation, String device) {
        return new NetlinkRequest(step, type, flags, neighbour.structure(), neighbour.attributes(), operation, device);
    }

    public static NetlinkRequest qdisc(
            NetlinkOperation step, int type, int flags, QdiscMessage qdisc, String operation, String device) {
        return new NetlinkRequest(step, type, flags, qdisc.structure(), qdisc.attributes(), operation, device);
    }

    public static NetlinkRequest namespaceId(
            NetlinkOperation step, int type, NamespaceIdMessage id, String operation, String device) {
        return new NetlinkRequest(step, type, 0, id.structure(), id.attributes(), operation, device);
    }

    /** The address family, which every structure of rtnetlink starts with. */
    int family() {
        return structure[0] & 0xff;
    }
}

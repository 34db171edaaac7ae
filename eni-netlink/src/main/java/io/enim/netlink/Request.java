package io.enim.netlink;

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
 * @param type {@code nlmsg_type}
 * @param flags {@code nlmsg_flags} beside those the socket sets
 * @param structure the kernel structure the message starts with
 * @param operation what is asked, in words
 * @param device of which device or address, in words
 */
record Request(int type, int flags, byte[] structure, Attributes attributes, String operation, String device) {
    static Request link(int type, int flags, LinkMessage link, String operation, String device) {
        return new Request(type, flags, link.structure(), link.attributes(), operation, device);
    }

    static Request address(int type, int flags, AddressMessage address, String operation, String device) {
        return new Request(type, flags, address.structure(), address.attributes(), operation, device);
    }

    static Request route(int type, int flags, RouteMessage route, String operation, String device) {
        return new Request(type, flags, route.structure(), route.attributes(), operation, device);
    }

    static Request neighbour(int type, int flags, NeighbourMessage neighbour, String operation, String device) {
        return new Request(type, flags, neighbour.structure(), neighbour.attributes(), operation, device);
    }

    static Request qdisc(int type, int flags, QdiscMessage qdisc, String operation, String device) {
        return new Request(type, flags, qdisc.structure(), qdisc.attributes(), operation, device);
    }

    static Request namespaceId(int type, NamespaceIdMessage id, String operation, String device) {
        return new Request(type, 0, id.structure(), id.attributes(), operation, device);
    }

    /** The address family, which every structure of rtnetlink starts with. */
    int family() {
        return structure[0] & 0xff;
    }
}

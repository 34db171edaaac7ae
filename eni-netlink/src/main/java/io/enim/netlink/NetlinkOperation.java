package io.enim.netlink;

import io.enim.netlink.testbed.NetworkTestbed;

/**
 * Every kind of message that this module sends to the kernel, by name, in one place. Each has a fault point before and
 * one after it: see {@link NetlinkFailPoint}. A request cannot be worded without one of these.
 */
public enum NetlinkOperation {
    /** All links of a namespace are read. */
    LIST_LINKS,
    /** All links of a namespace that only a number is known of are read. */
    LIST_HIDDEN_LINKS,
    /** One link is read. */
    LOOK_UP_LINK,
    /** The addresses of a link are read. */
    LIST_ADDRESSES,
    /** The routes by a link are read. */
    LIST_ROUTES,
    /** The queueing disciplines of a link are read. */
    LIST_QDISCS,
    /** The numbers that a namespace knows others by are read. */
    LIST_NAMESPACES,
    /** A device moves into an endpoint's namespace, gets its name there and comes up. */
    MOVE_IN,
    /** A device comes up that did not while it was moved. */
    BRING_UP,
    /** A device gets an address. */
    ADD_ADDRESS,
    /** A device gets a route. */
    ADD_ROUTE,
    /** What a tenant stacked on a device is deleted. */
    DELETE_STACKED,
    /** A tenant's XDP program is detached. */
    DETACH_XDP,
    /** Alternative names are taken off. */
    REMOVE_NAMES,
    /** A device moves home, gets its name there, and is set back. */
    RETURN_TO_HOST,
    /** A device at home is taken down to be mended. */
    TAKE_DOWN,
    /** A queueing discipline is taken off. */
    REMOVE_QDISC,
    /** A device at home gets its name and is set back. */
    REPAIR,
    /** Part of what {@link NetworkTestbed} builds: no operation on an ENI sends it. */
    BUILD
}

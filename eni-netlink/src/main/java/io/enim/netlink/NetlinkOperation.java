package io.enim.netlink;

/**
 * Every kind of message that this module sends to the kernel. Each has a fail point before and one after it: see {@link
 * NetlinkFailPoint}. A request cannot be built without one of these.
 */
public enum NetlinkOperation {
    /** Reads all links of a namespace. */
    LIST_LINKS,
    /** Reads all links of a namespace of which only the id is known. */
    LIST_HIDDEN_LINKS,
    /** Reads one link. */
    LOOK_UP_LINK,
    /** Reads the addresses of a link. */
    LIST_ADDRESSES,
    /** Reads the routes by a link. */
    LIST_ROUTES,
    /** Reads the queueing disciplines of a link. */
    LIST_QDISCS,
    /** Reads the ids of other namespaces. */
    LIST_NAMESPACES,
    /** Moves a device into an endpoint's namespace, names it and brings it up. */
    MOVE_IN,
    /** Brings up a device that did not come up with its move. */
    BRING_UP,
    /** Adds an address to a device. */
    ADD_ADDRESS,
    /** Adds a route by a device. */
    ADD_ROUTE,
    /** Deletes a device that a tenant stacked on an ENI's device. */
    DELETE_STACKED,
    /** Detaches a tenant's XDP program. */
    DETACH_XDP,
    /** Removes alternative names. */
    REMOVE_NAMES,
    /** Moves a device back to the host, names it and restores its baseline. */
    RETURN_TO_HOST,
    /** Takes down a device on the host before its repair. */
    TAKE_DOWN,
    /** Removes a queueing discipline. */
    REMOVE_QDISC,
    /** Names a device on the host and restores its baseline. */
    REPAIR,
    /** Builds part of a {@code NetworkTestbed}; no operation on an ENI sends it. */
    BUILD
}

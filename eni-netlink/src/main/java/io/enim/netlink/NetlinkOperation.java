// SPDX-License-Identifier: Apache-2.0
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
    LOOK_UP_LINK,
    LIST_ADDRESSES,
    LIST_ROUTES,
    /** Reads the objects that routes refer to instead of a device. */
    LIST_NEXTHOPS,
    LIST_RULES,
    LIST_QDISCS,
    /** Reads the ids of other namespaces. */
    LIST_NAMESPACES,
    /** Moves a device into an endpoint's namespace, names it and brings it up. */
    MOVE_IN,
    /** Brings up a device that did not come up with its move. */
    BRING_UP,
    /** Sets the MTU of a device whose MTU was changed after its move. */
    SET_MTU,
    ADD_ADDRESS,
    ADD_ROUTE,
    /** Makes the veth pair of a host link, with one end in the sandbox. */
    MAKE_HOST_LINK,
    /** Sets up the host's end of a host link. */
    SET_UP_HOST_LINK,
    /** Adds a route on the host to an endpoint's address, or in its sandbox to a network that is reached through the host. */
    ADD_HOST_LINK_ROUTE,
    /** Removes the veth pair of a host link. */
    REMOVE_HOST_LINK,
    /** Puts a device that a tenant stacked on an ENI's device into a group. */
    GROUP_STACKED,
    /** Deletes the devices that a tenant stacked on an ENI's device, by their group. */
    DELETE_STACKED,
    DETACH_XDP,
    REMOVE_NAMES,
    /** Moves a device back to the host, names it and restores its baseline. */
    RETURN_TO_HOST,
    /** Takes down a device on the host before its repair. */
    TAKE_DOWN,
    REMOVE_QDISC,
    /** Removes an address that software on the host gave to an ENI's device. */
    REMOVE_ADDRESS,
    /** Removes a routing rule that software on the host made for an ENI. */
    REMOVE_RULE,
    /** Names a device on the host and restores its baseline. */
    REPAIR,
    /** Builds part of a {@code NetworkTestbed}; no operation on an ENI sends it. */
    BUILD
}

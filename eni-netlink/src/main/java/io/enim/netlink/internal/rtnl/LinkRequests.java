// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import static io.enim.netlink.internal.wire.LinkMessage.IFLA_EXT_MASK;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_GROUP;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_IFNAME;
import static io.enim.netlink.internal.wire.LinkMessage.RTEXT_FILTER_SKIP_STATS;
import static io.enim.netlink.internal.wire.LinkMessage.RTM_DELLINK;
import static io.enim.netlink.internal.wire.LinkMessage.RTM_DELLINKPROP;
import static io.enim.netlink.internal.wire.LinkMessage.RTM_GETLINK;
import static io.enim.netlink.internal.wire.LinkMessage.RTM_NEWLINKPROP;
import static io.enim.netlink.internal.wire.LinkMessage.RTM_SETLINK;

import io.enim.PrintableText;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.util.List;
import java.util.Optional;

/** Reads links and builds requests about them. */
public final class LinkRequests {
    private LinkRequests() {}

    /** Every link of the socket's namespace. */
    public static List<LinkMessage> all(NetlinkSocket socket, Deadline deadline) {
        NetlinkRequest request = listing(NetlinkOperation.LIST_LINKS, withoutStatistics());
        return socket.dump(request, LinkMessage.RTM_NEWLINK, LinkMessage::decode, deadline);
    }

    /** Every link of the namespace that has this id in the socket's namespace, as {@link #underChanges}. */
    public static List<LinkMessage> allIn(int namespaceId, NetlinkSocket socket, Deadline deadline) {
        Attributes.Builder there = withoutStatistics().u32(LinkMessage.IFLA_TARGET_NETNSID, namespaceId);
        NetlinkRequest request = listing(NetlinkOperation.LIST_HIDDEN_LINKS, there);
        return socket.dumpUnderChanges(request, LinkMessage.RTM_NEWLINK, LinkMessage::decode, deadline);
    }

    private static Attributes.Builder withoutStatistics() {
        return Attributes.builder().u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    /** Every link of the socket's namespace that was there all the while, though other links came and went. */
    public static List<LinkMessage> underChanges(NetlinkSocket socket, Deadline deadline) {
        NetlinkRequest request = listing(NetlinkOperation.LIST_LINKS, withoutStatistics());
        return socket.dumpUnderChanges(request, LinkMessage.RTM_NEWLINK, LinkMessage::decode, deadline);
    }

    private static NetlinkRequest listing(NetlinkOperation operation, Attributes.Builder attributes) {
        return new NetlinkRequest(operation, RTM_GETLINK, 0, LinkMessage.of(0, attributes.build()), "list links", "");
    }

    /** The link with this name; empty when there is none. */
    public static Optional<LinkMessage> byName(NetlinkSocket socket, String name, Deadline deadline) {
        return one(socket, lookUp(0, withoutStatistics().text(IFLA_IFNAME, name), name), deadline);
    }

    /** The other end of a veth pair, in this namespace or one with an id in it; empty when the link is no such end. */
    public static Optional<LinkMessage> peer(LinkMessage end, NetlinkSocket socket, Deadline deadline) {
        int index = end.link().orElse(0);
        if (index == 0 || end.isUpper()) {
            return Optional.empty();
        }
        Attributes.Builder attributes = withoutStatistics();
        end.linkNamespaceId().ifPresent(id -> attributes.u32(LinkMessage.IFLA_TARGET_NETNSID, id));
        return one(socket, lookUp(index, attributes, "peer of " + end.printableName()), deadline);
    }

    private static Optional<LinkMessage> one(NetlinkSocket socket, NetlinkRequest lookUp, Deadline deadline) {
        try {
            return Optional.of(LinkMessage.decode(socket.get(lookUp, deadline)));
        } catch (NetlinkException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Reads a link; changes nothing. */
    public static NetlinkRequest lookUp(int index) {
        return lookUp(index, withoutStatistics(), "index " + index);
    }

    private static NetlinkRequest lookUp(int index, Attributes.Builder attributes, String device) {
        LinkMessage link = LinkMessage.of(index, attributes.build());
        return new NetlinkRequest(NetlinkOperation.LOOK_UP_LINK, RTM_GETLINK, 0, link, "look up link", device);
    }

    /** Sets a link's attributes, and those of its flags that {@code change} names. */
    public static NetlinkRequest set(NetlinkOperation operation, LinkMessage link, String description, String device) {
        return new NetlinkRequest(operation, RTM_SETLINK, 0, link, description, device);
    }

    public static NetlinkRequest setMtu(int index, int mtu, String device) {
        Attributes attributes =
                Attributes.builder().u32(LinkMessage.IFLA_MTU, mtu).build();
        return set(NetlinkOperation.SET_MTU, LinkMessage.of(index, attributes), "set MTU " + mtu + " of", device);
    }

    public static NetlinkRequest setUp(int index, String device) {
        int up = LinkMessage.IFF_UP;
        return set(NetlinkOperation.BRING_UP, LinkMessage.of(index, up, up, Attributes.NONE), "bring up", device);
    }

    public static NetlinkRequest setDown(int index, String device) {
        LinkMessage down = LinkMessage.of(index, 0, LinkMessage.IFF_UP, Attributes.NONE);
        return set(NetlinkOperation.TAKE_DOWN, down, "take down", device);
    }

    public static NetlinkRequest delete(int index, String device) {
        LinkMessage link = LinkMessage.of(index, Attributes.NONE);
        return new NetlinkRequest(NetlinkOperation.BUILD, RTM_DELLINK, 0, link, "delete link", device);
    }

    /** Deletes the link that has this name, whatever its index. */
    public static NetlinkRequest deleteNamed(NetlinkOperation operation, String name, String description) {
        LinkMessage link =
                LinkMessage.of(0, Attributes.builder().text(IFLA_IFNAME, name).build());
        return new NetlinkRequest(operation, RTM_DELLINK, 0, link, description, name);
    }

    public static NetlinkRequest setGroup(int index, int group, String device) {
        LinkMessage grouped = LinkMessage.of(
                index, Attributes.builder().u32(IFLA_GROUP, group).build());
        return set(NetlinkOperation.GROUP_STACKED, grouped, "group for deletion", device);
    }

    /** Deletes every device of a group, in one step of the kernel. */
    public static NetlinkRequest deleteGroup(int group, int size) {
        LinkMessage all =
                LinkMessage.of(0, Attributes.builder().u32(IFLA_GROUP, group).build());
        return new NetlinkRequest(
                NetlinkOperation.DELETE_STACKED, RTM_DELLINK, 0, all, "delete links", size + " stacked devices");
    }

    public static NetlinkRequest addAlternativeName(int index, String name, String device) {
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        String description = "add alternative name " + PrintableText.of(name) + " to";
        LinkMessage named = alternativeNames(index, List.of(name));
        return new NetlinkRequest(NetlinkOperation.BUILD, RTM_NEWLINKPROP, flags, named, description, device);
    }

    public static NetlinkRequest removeAlternativeNames(int index, List<String> names, String device) {
        String description = "remove alternative names " + PrintableText.of(names.toString()) + " from";
        LinkMessage named = alternativeNames(index, names);
        return new NetlinkRequest(NetlinkOperation.REMOVE_NAMES, RTM_DELLINKPROP, 0, named, description, device);
    }

    private static LinkMessage alternativeNames(int index, List<String> names) {
        Attributes.Builder list = Attributes.builder();
        names.forEach(name -> list.text(LinkMessage.IFLA_ALT_IFNAME, name));
        return LinkMessage.of(index, Attributes.nest(LinkMessage.IFLA_PROP_LIST, list));
    }
}

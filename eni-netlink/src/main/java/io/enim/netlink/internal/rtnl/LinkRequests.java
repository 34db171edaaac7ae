package io.enim.netlink.internal.rtnl;

import static io.enim.netlink.internal.wire.LinkMessage.IFLA_EXT_MASK;
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

/** Reads links and words requests about them. */
public final class LinkRequests {
    private LinkRequests() {}

    /** Every link of the socket's namespace. */
    public static List<LinkMessage> all(NetlinkSocket socket, Deadline deadline) {
        return dump(NetlinkOperation.LIST_LINKS, socket, Attributes.builder(), deadline);
    }

    /** Every link of the namespace that the socket's namespace knows by this number. */
    public static List<LinkMessage> allIn(int namespaceId, NetlinkSocket socket, Deadline deadline) {
        return dump(
                NetlinkOperation.LIST_HIDDEN_LINKS,
                socket,
                Attributes.builder().u32(LinkMessage.IFLA_TARGET_NETNSID, namespaceId),
                deadline);
    }

    private static List<LinkMessage> dump(
            NetlinkOperation step, NetlinkSocket socket, Attributes.Builder attributes, Deadline deadline) {
        LinkMessage any = LinkMessage.of(
                0, attributes.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS).build());
        return socket.dump(NetlinkRequest.link(step, RTM_GETLINK, 0, any, "list links", ""), deadline).stream()
                .filter(message -> message.type() == LinkMessage.RTM_NEWLINK)
                .map(LinkMessage::decode)
                .toList();
    }

    /** The link with this index; empty when there is none. */
    static Optional<LinkMessage> byIndex(NetlinkSocket socket, int index, Deadline deadline) {
        Attributes brief =
                Attributes.builder().u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS).build();
        return one(socket, LinkMessage.of(index, brief), "index " + index, deadline);
    }

    /** The link with this name; empty when there is none. */
    public static Optional<LinkMessage> byName(NetlinkSocket socket, String name, Deadline deadline) {
        Attributes named = Attributes.builder()
                .u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
                .text(IFLA_IFNAME, name)
                .build();
        return one(socket, LinkMessage.of(0, named), name, deadline);
    }

    /** The other end of a cable, in this namespace or one whose number it knows; empty when the link is no cable's end. */
    public static Optional<LinkMessage> peer(LinkMessage end, NetlinkSocket socket, Deadline deadline) {
        int index = end.link().orElse(0);
        if (index == 0 || LinkMatcher.isUpper(end)) {
            return Optional.empty();
        }
        Attributes.Builder asked = Attributes.builder().u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        end.linkNamespaceId().ifPresent(id -> asked.u32(LinkMessage.IFLA_TARGET_NETNSID, id));
        return one(
                socket, LinkMessage.of(index, asked.build()), "peer of " + DeviceMapper.printableName(end), deadline);
    }

    private static Optional<LinkMessage> one(
            NetlinkSocket socket, LinkMessage asked, String device, Deadline deadline) {
        try {
            NetlinkMessage answer = socket.get(
                    NetlinkRequest.link(NetlinkOperation.LOOK_UP_LINK, RTM_GETLINK, 0, asked, "look up link", device),
                    deadline);
            return Optional.of(LinkMessage.decode(answer));
        } catch (NetlinkException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Asks for a link, and for nothing to be done. */
    public static NetlinkRequest lookUp(int index) {
        Attributes brief =
                Attributes.builder().u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS).build();
        return NetlinkRequest.link(
                NetlinkOperation.LOOK_UP_LINK,
                RTM_GETLINK,
                0,
                LinkMessage.of(index, brief),
                "look up link",
                "index " + index);
    }

    /** Sets attributes of a link, and those of its flags that {@code change} names. */
    public static NetlinkRequest set(
            NetlinkOperation step,
            int index,
            int flags,
            int change,
            Attributes attributes,
            String operation,
            String device) {
        return NetlinkRequest.link(
                step, RTM_SETLINK, 0, new LinkMessage(0, 0, index, flags, change, attributes), operation, device);
    }

    public static NetlinkRequest setUp(int index, String device) {
        return set(
                NetlinkOperation.BRING_UP,
                index,
                LinkMessage.IFF_UP,
                LinkMessage.IFF_UP,
                Attributes.NONE,
                "bring up",
                device);
    }

    public static NetlinkRequest setDown(int index, String device) {
        return set(NetlinkOperation.TAKE_DOWN, index, 0, LinkMessage.IFF_UP, Attributes.NONE, "take down", device);
    }

    public static NetlinkRequest delete(int index, String device) {
        return NetlinkRequest.link(
                NetlinkOperation.DELETE_STACKED,
                RTM_DELLINK,
                0,
                LinkMessage.of(index, Attributes.NONE),
                "delete link",
                device);
    }

    public static NetlinkRequest addAlternativeNames(int index, List<String> names, String device) {
        return NetlinkRequest.link(
                NetlinkOperation.BUILD,
                RTM_NEWLINKPROP,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL,
                alternativeNames(index, names),
                "add alternative names " + PrintableText.of(names.toString()) + " to",
                device);
    }

    public static NetlinkRequest removeAlternativeNames(int index, List<String> names, String device) {
        return NetlinkRequest.link(
                NetlinkOperation.REMOVE_NAMES,
                RTM_DELLINKPROP,
                0,
                alternativeNames(index, names),
                "remove alternative names " + PrintableText.of(names.toString()) + " from",
                device);
    }

    private static LinkMessage alternativeNames(int index, List<String> names) {
        Attributes.Builder list = Attributes.builder();
        names.forEach(name -> list.text(LinkMessage.IFLA_ALT_IFNAME, name));
        return LinkMessage.of(
                index,
                Attributes.builder()
                        .nested(LinkMessage.IFLA_PROP_LIST, list.build())
                        .build());
    }
}

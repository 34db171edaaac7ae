// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import java.util.List;
import java.util.Optional;

/** Reads the numbers under which one network namespace knows others. Takes no RTNL. */
public final class NamespaceIdRequests {
    private NamespaceIdRequests() {}

    /** Every number that the socket's namespace has. */
    public static List<Integer> all(NetlinkSocket socket, Deadline deadline) {
        return socket
                .dump(request(Attributes.NONE), NamespaceIdMessage.RTM_NEWNSID, NamespaceIdMessage::decode, deadline)
                .stream()
                .flatMap(message -> message.id().stream())
                .toList();
    }

    /** The number that the socket's namespace has for the one behind a descriptor; empty when it has none. */
    public static Optional<Integer> of(int descriptor, NetlinkSocket socket, Deadline deadline) {
        Attributes.Builder namespace = Attributes.builder().u32(NamespaceIdMessage.NETNSA_FD, descriptor);
        return NamespaceIdMessage.decode(socket.get(request(namespace.build()), deadline))
                .id();
    }

    private static NetlinkRequest request(Attributes which) {
        NamespaceIdMessage message = new NamespaceIdMessage(which);
        return new NetlinkRequest(
                NetlinkOperation.LIST_NAMESPACES, NamespaceIdMessage.RTM_GETNSID, 0, message, "list namespace ids", "");
    }
}

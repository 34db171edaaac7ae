// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.io.ByteArrayOutputStream;

/** Builds the request that makes a pair of veth devices. */
public final class VethRequests {
    private VethRequests() {}

    /**
     * Makes a pair in one message; the kernel refuses a name that is taken in the namespace of either end (EEXIST), and makes
     * neither end then.
     *
     * @param own the first end
     * @param peer the second end, which the kernel leaves down; the attributes of each may name a namespace, else it is the
     *     socket's
     */
    public static NetlinkRequest add(
            NetlinkOperation operation, LinkMessage own, LinkMessage peer, String description, String device) {
        // The peer is a message inside the data: struct ifinfomsg, then attributes (drivers/net/veth.c).
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(peer.structure());
        message.writeBytes(peer.attributes().toBytes());
        Attributes.Builder data = Attributes.builder().bytes(LinkMessage.VETH_INFO_PEER, message.toByteArray());
        Attributes info = Attributes.builder()
                .text(LinkMessage.IFLA_INFO_KIND, "veth")
                .nested(LinkMessage.IFLA_INFO_DATA, data.build())
                .build();
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        LinkMessage pair = own.with(LinkMessage.IFLA_LINKINFO, info);
        return new NetlinkRequest(operation, LinkMessage.RTM_NEWLINK, flags, pair, description, device);
    }
}

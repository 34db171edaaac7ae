// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import java.util.List;

/** Reads queueing disciplines and builds requests about them. A discipline's filters are removed with it. */
public final class QdiscRequests {
    private static final int KERNEL_OWNED_HANDLE = 0;

    private QdiscRequests() {}

    /** Those that were installed on the link; the kernel's own have no handle. */
    public static List<QdiscMessage> on(NetlinkSocket socket, int index, Deadline deadline) {
        QdiscMessage any = new QdiscMessage(index, 0, 0, 0, Attributes.NONE);
        NetlinkRequest request = new NetlinkRequest(
                NetlinkOperation.LIST_QDISCS, QdiscMessage.RTM_GETQDISC, 0, any, "list qdiscs of", "index " + index);
        return socket.dump(request, QdiscMessage.RTM_NEWQDISC, QdiscMessage::decode, deadline).stream()
                .filter(qdisc -> qdisc.index() == index && qdisc.handle() != KERNEL_OWNED_HANDLE)
                .filter(qdisc -> isTop(qdisc.parent()))
                .toList();
    }

    /** The classes of a discipline have disciplines of their own, which are removed with it. */
    private static boolean isTop(int parent) {
        return parent == QdiscMessage.TC_H_ROOT || parent == QdiscMessage.TC_H_CLSACT;
    }

    /** Removes a discipline and those below it. */
    public static NetlinkRequest remove(QdiscMessage found, String device) {
        return new NetlinkRequest(
                NetlinkOperation.REMOVE_QDISC,
                QdiscMessage.RTM_DELQDISC,
                0,
                new QdiscMessage(found.index(), found.handle(), found.parent(), 0, Attributes.NONE),
                "remove qdisc " + found.kind().orElse("?") + " from",
                device);
    }

    /** Installs a discipline of this kind on a link. */
    public static NetlinkRequest add(int index, int parent, String kind, String device) {
        Attributes named =
                Attributes.builder().text(QdiscMessage.TCA_KIND, kind).build();
        return new NetlinkRequest(
                NetlinkOperation.BUILD,
                QdiscMessage.RTM_NEWQDISC,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL,
                new QdiscMessage(index, 0, parent, 0, named),
                "add qdisc " + kind + " to",
                device);
    }
}

package io.enim.netlink;

import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import java.util.List;

/** Reads queueing disciplines and words requests about them. The filters on one go with it. */
final class Qdiscs {
    private static final int OWN_BY_KERNEL = 0;

    private Qdiscs() {}

    /** Those that somebody put on the link; the kernel's own have no handle. */
    static List<QdiscMessage> on(NetlinkSocket socket, int index, Deadline deadline) {
        QdiscMessage any = new QdiscMessage(index, 0, 0, 0, Attributes.NONE);
        Request request = Request.qdisc(
                NetlinkStep.LIST_QDISCS, QdiscMessage.RTM_GETQDISC, 0, any, "list qdiscs of", "index " + index);
        return socket.dump(request, deadline).stream()
                .filter(message -> message.type() == QdiscMessage.RTM_NEWQDISC)
                .map(QdiscMessage::decode)
                .filter(qdisc -> qdisc.index() == index && qdisc.handle() != OWN_BY_KERNEL)
                .filter(qdisc -> isTop(qdisc.parent()))
                .toList();
    }

    /** Classes below a discipline have disciplines of their own, which go with it. */
    private static boolean isTop(int parent) {
        return parent == QdiscMessage.TC_H_ROOT || parent == QdiscMessage.TC_H_CLSACT;
    }

    /** Takes one off, and what is below it. */
    static Request remove(QdiscMessage found, String device) {
        return Request.qdisc(
                NetlinkStep.REMOVE_QDISC,
                QdiscMessage.RTM_DELQDISC,
                0,
                new QdiscMessage(found.index(), found.handle(), found.parent(), 0, Attributes.NONE),
                "remove qdisc " + found.kind().orElse("?") + " from",
                device);
    }

    /** Puts one of this kind on a link. */
    static Request add(int index, int parent, String kind, String device) {
        Attributes named =
                Attributes.builder().text(QdiscMessage.TCA_KIND, kind).build();
        return Request.qdisc(
                NetlinkStep.BUILD,
                QdiscMessage.RTM_NEWQDISC,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL,
                new QdiscMessage(index, 0, parent, 0, named),
                "add qdisc " + kind + " to",
                device);
    }
}

package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct tcmsg} with its attributes (linux/rtnetlink.h), as in {@code RTM_GETQDISC}.
 *
 * @param index {@code tcm_ifindex}
 * @param handle {@code tcm_handle}; 0 for a discipline that the kernel itself installed
 * @param parent {@code tcm_parent}
 * @param info {@code tcm_info}, here the number of references to it
 */
public record QdiscMessage(int index, int handle, int parent, int info, Attributes attributes) implements MessageBody {
    public static final int RTM_NEWQDISC = 36;
    public static final int RTM_DELQDISC = 37;
    public static final int RTM_GETQDISC = 38;

    public static final int TCA_KIND = 1;

    /** {@code TC_H_ROOT}, {@code TC_H_INGRESS} and {@code TC_H_CLSACT} of linux/pkt_sched.h. */
    public static final int TC_H_ROOT = 0xffffffff;

    public static final int TC_H_CLSACT = 0xfffffff1;

    private static final int SIZE = 20;

    /** Reads a message of a queueing discipline. */
    public static QdiscMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("tcmsg", SIZE);
        in.getInt(); // tcm_family and padding
        int index = in.getInt();
        int handle = in.getInt();
        int parent = in.getInt();
        int info = in.getInt();
        return new QdiscMessage(index, handle, parent, info, Attributes.read(in));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .putInt(0)
                .putInt(index)
                .putInt(handle)
                .putInt(parent)
                .putInt(info)
                .array();
    }

    public Optional<String> kind() {
        return attributes.text(TCA_KIND);
    }
}

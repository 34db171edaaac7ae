// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct tcmsg} with its attributes (linux/rtnetlink.h), as in {@code RTM_GETQDISC}.
 *
 * @param handle {@code tcm_handle}; 0 for a discipline that the kernel itself installed
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

    public static QdiscMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("tcmsg", SIZE);
        Attributes attributes = Attributes.read(in.position(SIZE));
        return new QdiscMessage(in.getInt(4), in.getInt(8), in.getInt(12), in.getInt(16), attributes);
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .putInt(4, index) // after tcm_family and padding
                .putInt(8, handle)
                .putInt(12, parent)
                .putInt(16, info)
                .array();
    }

    public Optional<String> kind() {
        return attributes.text(TCA_KIND);
    }
}

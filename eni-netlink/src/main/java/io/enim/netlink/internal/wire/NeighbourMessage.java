package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct ndmsg} with its attributes (linux/neighbour.h), as in {@code RTM_NEWNEIGH} and {@code RTM_GETNEIGH}.
 *
 * @param family {@code ndm_family}
 * @param index {@code ndm_ifindex}
 * @param state {@code ndm_state}
 * @param flags {@code ndm_flags}
 * @param type {@code ndm_type}
 */
public record NeighbourMessage(int family, int index, int state, int flags, int type, Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWNEIGH = 28;
    public static final int RTM_GETNEIGH = 30;

    public static final int NDA_DST = 1;
    public static final int NDA_LLADDR = 2;

    public static final int NUD_PERMANENT = 0x80;

    private static final int SIZE = 12;

    /** Reads a message of a neighbour. */
    public static NeighbourMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("ndmsg", SIZE);
        int family = in.get() & 0xff;
        in.get();
        in.getShort();
        int index = in.getInt();
        int state = Short.toUnsignedInt(in.getShort());
        int flags = in.get() & 0xff;
        int type = in.get() & 0xff;
        return new NeighbourMessage(family, index, state, flags, type, Attributes.read(in));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put((byte) family)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putShort((short) state)
                .put((byte) flags)
                .put((byte) type)
                .array();
    }

    public Optional<byte[]> destination() {
        return attributes.bytes(NDA_DST);
    }

    public Optional<byte[]> linkLayerAddress() {
        return attributes.bytes(NDA_LLADDR);
    }
}

package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;

/** {@code struct ndmsg} with its attributes (linux/neighbour.h), as in {@code RTM_NEWNEIGH} and {@code RTM_GETNEIGH}. */
public record NeighbourMessage(int family, int index, int state, int flags, int type, Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWNEIGH = 28;
    public static final int RTM_GETNEIGH = 30;
    public static final int NDA_DST = 1;
    public static final int NDA_LLADDR = 2;
    public static final int NUD_PERMANENT = 0x80;
    private static final int SIZE = 12;

    public static NeighbourMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("ndmsg", SIZE);
        int family = in.get() & 0xff;
        in.position(4);
        int index = in.getInt();
        int state = Short.toUnsignedInt(in.getShort());
        int flags = in.get() & 0xff;
        int type = in.get() & 0xff;
        return new NeighbourMessage(family, index, state, flags, type, Attributes.read(in));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put(0, (byte) family)
                .putInt(4, index)
                .putShort(8, (short) state)
                .put(10, (byte) flags)
                .put(11, (byte) type)
                .array();
    }
}

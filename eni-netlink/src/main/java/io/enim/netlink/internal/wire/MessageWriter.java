package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Builds one datagram of one or more messages. The sequence numbers of its messages are consecutive, so that each answer
 * can be matched with its request. Not thread-safe.
 */
public final class MessageWriter {
    private static final int START_SIZE = 512;

    private final int port;
    private int nextSequence;
    private ByteBuffer out = ByteBuffer.allocate(START_SIZE).order(ByteOrder.nativeOrder());

    /**
     * Starts an empty datagram.
     *
     * @param port the port of the socket that will send it
     * @param firstSequence the sequence number of the first message
     */
    public MessageWriter(int port, int firstSequence) {
        this.port = port;
        this.nextSequence = firstSequence;
    }

    /** Adds a message: its header, a fixed structure and attributes. */
    public MessageWriter message(int type, int flags, byte[] structure, Attributes attributes) {
        byte[] row = attributes.toBytes();
        int start = Align.up(out.position());
        int length = NetlinkMessage.HEADER_SIZE + structure.length;
        if (row.length > 0) {
            length = Align.up(length) + row.length;
        }
        reserve(start + length);
        out.position(start)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(nextSequence++)
                .putInt(port)
                .put(structure)
                .position(start + length - row.length)
                .put(row);
        return this;
    }

    private void reserve(int size) {
        if (out.capacity() < size) {
            byte[] larger = Arrays.copyOf(out.array(), Math.max(out.capacity() * 2, size));
            out = ByteBuffer.wrap(larger).order(ByteOrder.nativeOrder());
        }
    }

    /** The datagram; a copy. */
    public byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }
}

package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Builds one datagram of one or more messages. The sequence numbers of its messages are consecutive, so that each answer
 * can be told from the others. Belongs to one thread.
 */
public final class MessageWriter {
    private static final int START_SIZE = 512;

    private final int port;
    private final int firstSequence;
    private ByteBuffer out = ByteBuffer.allocate(START_SIZE).order(ByteOrder.nativeOrder());
    private int messages;
    private int messageStart;

    /**
     * Starts an empty datagram.
     *
     * @param port the port of the socket that will send it
     * @param firstSequence the sequence number of the first message
     */
    public MessageWriter(int port, int firstSequence) {
        this.port = port;
        this.firstSequence = firstSequence;
    }

    /** Adds a message: its header, a fixed structure and attributes. */
    public MessageWriter message(int type, int flags, byte[] structure, Attributes attributes) {
        align();
        messageStart = out.position();
        room(NetlinkMessage.HEADER_SIZE + structure.length);
        out.putInt(0);
        out.putShort((short) type);
        out.putShort((short) flags);
        out.putInt(firstSequence + messages);
        out.putInt(port);
        out.put(structure);
        attributes.write(this);
        out.putInt(messageStart, out.position() - messageStart);
        messages++;
        return this;
    }

    void attribute(int rawType, byte[] value) {
        align();
        int length = Attributes.HEADER_SIZE + value.length;
        if (length > 0xffff) {
            throw new IllegalArgumentException("attribute " + rawType + " of " + value.length
                    + " bytes: a length is 16 bits; leave something out");
        }
        room(Align.up(length));
        int start = out.position();
        out.putShort((short) length);
        out.putShort((short) rawType);
        out.put(value);
        out.position(start + Align.up(length));
    }

    private void align() {
        int aligned = Align.up(out.position());
        room(aligned - out.position());
        out.position(aligned);
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            int position = out.position();
            int size = Math.max(out.capacity() * 2, position + bytes);
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).order(ByteOrder.nativeOrder());
            out.position(position);
        }
    }

    /** How many messages were added. */
    public int messages() {
        return messages;
    }

    /** The datagram; a copy. */
    public byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Builds one datagram of one or more messages. The sequence numbers of its messages are consecutive, so that each answer
 * can be matched with its request. Not thread-safe.
 */
public final class MessageWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int port;
    private int nextSequence;

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
        int length = NetlinkMessage.HEADER_SIZE + structure.length;
        if (row.length > 0) {
            length = Align.up(length) + row.length;
        }
        ByteBuffer message = Align.allocate(length)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(nextSequence++)
                .putInt(port)
                .put(structure)
                .put(length - row.length, row);
        out.writeBytes(new byte[Align.up(out.size()) - out.size()]);
        out.writeBytes(message.array());
        return this;
    }

    /** The datagram; a copy. */
    public byte[] toBytes() {
        return out.toByteArray();
    }
}

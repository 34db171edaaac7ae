// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A message as gRPC sends it: behind a byte that says whether it is compressed, and its length. */
public final class GrpcFrame {
    private static final int HEADER = 1 + Integer.BYTES;

    private GrpcFrame() {}

    static byte[] of(byte[] message) {
        return ByteBuffer.allocate(HEADER + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /**
     * Reads a body that is one message, not compressed.
     *
     * @throws IOException it is something else
     */
    public static byte[] message(byte[] body) throws IOException {
        if (body.length < HEADER || body[0] != 0) {
            throw new IOException("no plain gRPC message was sent");
        }
        int length = ByteBuffer.wrap(body).getInt(1);
        if (length != body.length - HEADER) {
            throw new IOException("announced " + length + " bytes and sent " + (body.length - HEADER));
        }
        return Arrays.copyOfRange(body, HEADER, body.length);
    }
}

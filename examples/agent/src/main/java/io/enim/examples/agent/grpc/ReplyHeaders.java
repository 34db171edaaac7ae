// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The headers of an answer (HPACK, RFC 7541), written without Huffman coding and without a table. */
final class ReplyHeaders {
    /** {@code :status: 200} of the static table: a call's own status comes later. */
    private static final int STATUS_200 = 0x80 | 8;

    private static final int SEVEN_BITS = 127;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ReplyHeaders() {}

    static byte[] first() {
        ReplyHeaders headers = new ReplyHeaders();
        headers.out.write(STATUS_200);
        headers.field("content-type", GrpcStatus.CONTENT_TYPE);
        return headers.out.toByteArray();
    }

    /** @param message empty for none */
    static byte[] trailers(GrpcStatus status, String message) {
        ReplyHeaders headers = new ReplyHeaders();
        headers.field(GrpcStatus.HEADER, status.text());
        if (!message.isEmpty()) {
            headers.field("grpc-message", percentEncoded(message));
        }
        return headers.out.toByteArray();
    }

    private static String percentEncoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                text.append((char) each);
            } else {
                text.append('%').append(String.format("%02X", each));
            }
        }
        return text.toString();
    }

    private void field(String name, String value) {
        out.write(0);
        string(name);
        string(value);
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < SEVEN_BITS) {
            out.write(bytes.length);
        } else {
            out.write(SEVEN_BITS);
            int rest = bytes.length - SEVEN_BITS;
            for (; rest > SEVEN_BITS; rest >>>= 7) {
                out.write(rest & SEVEN_BITS | 0x80);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.compression.EncodingException;
import org.eclipse.jetty.http.compression.NBitIntegerDecoder;
import org.eclipse.jetty.http.compression.NBitStringDecoder;
import org.eclipse.jetty.http2.hpack.HpackContext;
import org.eclipse.jetty.http2.hpack.HpackDecoder;

/**
 * Reads the headers of requests (HPACK, RFC 7541), of which only the path matters here. Jetty's decoder refuses a request whose
 * authority is no host; a kubelet sends the path of the socket there. One connection's, in the order of its requests.
 */
final class RequestHeaders {
    private static final int MAX_LIST_BYTES = 16 << 10;
    private static final int INDEXED = 0x80;
    private static final int ADDED = 0x40;
    private static final int RESIZED = 0x20;

    private final HpackContext table = new HpackDecoder(MAX_LIST_BYTES, System::nanoTime).getHpackContext();
    private final NBitIntegerDecoder integers = new NBitIntegerDecoder();
    private final NBitStringDecoder strings = new NBitStringDecoder();

    /**
     * Reads the headers of one request; its path.
     *
     * @throws IOException they are malformed, or have no path
     */
    String path(byte[] block) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(block);
        String path = "";
        try {
            while (in.hasRemaining()) {
                int first = in.get(in.position()) & 0xff;
                if (first >= ADDED || first < RESIZED) {
                    HttpField field = field(first, in);
                    if (field.getName().equals(":path")) {
                        path = String.valueOf(field.getValue());
                    }
                } else {
                    table.resize(Math.min(integer(5, in), HpackContext.DEFAULT_MAX_TABLE_CAPACITY));
                }
            }
        } catch (EncodingException | RuntimeException e) { // Jetty's decoders throw various.
            throw new IOException("malformed headers: " + e, e);
        }
        if (path.isEmpty()) {
            throw new IOException("headers without a path");
        }
        return path;
    }

    private HttpField field(int first, ByteBuffer in) throws IOException, EncodingException {
        if (first >= INDEXED) {
            return entry(integer(7, in));
        }
        int index = integer(first >= ADDED ? 6 : 4, in);
        String name = index == 0 ? string(in) : entry(index).getName();
        HttpField field = new HttpField(name, string(in));
        if (first >= ADDED) {
            table.add(field);
        }
        return field;
    }

    private HttpField entry(int index) throws IOException {
        HpackContext.Entry entry = table.get(index);
        if (entry == null) {
            throw new IOException("no header has the index " + index);
        }
        return entry.getHttpField();
    }

    private int integer(int bits, ByteBuffer in) throws IOException {
        integers.setPrefix(bits);
        int value = integers.decodeInt(in);
        if (value < 0) {
            throw new IOException("an integer ends too early");
        }
        return value;
    }

    private String string(ByteBuffer in) throws IOException, EncodingException {
        strings.setPrefix(8);
        String value = strings.decode(in);
        if (value == null) {
            throw new IOException("a text ends too early");
        }
        return value;
    }
}

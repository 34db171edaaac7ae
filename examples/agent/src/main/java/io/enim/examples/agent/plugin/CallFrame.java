// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.plugin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A call as it arrives: a header, the variables, standard input. Not thread-safe. */
final class CallFrame {
    static final byte[] MAGIC = "ENI1".getBytes(US_ASCII);
    private static final int HEADER = 16;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private ByteBuffer body = ByteBuffer.allocate(0);
    private int variables;

    /** Takes bytes of the header; true when it is complete. */
    boolean takeHeader(ByteBuffer from) {
        take(from, header);
        return !header.hasRemaining();
    }

    /**
     * The bytes that follow the header, which is complete.
     *
     * @throws CniException it is not the header of a call
     */
    long bodyLength() {
        if (!Arrays.equals(header.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILED,
                    "the request does not begin with " + new String(MAGIC, US_ASCII),
                    "use the plugin that belongs to this agent");
        }
        return unsigned(8) + unsigned(12);
    }

    /** Makes room for the body, whose length is permitted. */
    void beginBody() {
        variables = (int) unsigned(8);
        body = ByteBuffer.allocate((int) bodyLength());
    }

    /** Takes bytes of the body; true when the call is complete. */
    boolean takeBody(ByteBuffer from) {
        take(from, body);
        return !body.hasRemaining();
    }

    private static void take(ByteBuffer from, ByteBuffer into) {
        int n = Math.min(from.remaining(), into.remaining());
        into.put(from.slice(from.position(), n));
        from.position(from.position() + n);
    }

    private long unsigned(int at) {
        return Integer.toUnsignedLong(header.getInt(at));
    }

    /**
     * The complete call. Invalid UTF-8 becomes U+FFFD, which no name and no path contains.
     *
     * @throws CniException the variables are malformed
     */
    CniRequest request() {
        Map<String, String> values = variables();
        return new CniRequest(
                values.getOrDefault("CNI_COMMAND", ""),
                values.getOrDefault("CNI_CONTAINERID", ""),
                values.getOrDefault("CNI_NETNS", ""),
                values.getOrDefault("CNI_IFNAME", ""),
                values.getOrDefault("CNI_ARGS", ""),
                Arrays.copyOfRange(body.array(), variables, body.capacity()),
                Optional.of(Duration.ofMillis(unsigned(4))));
    }

    private Map<String, String> variables() {
        Map<String, String> values = new HashMap<>();
        int begin = 0;
        for (int i = 0; i < variables; i++) {
            if (body.get(i) == 0) {
                put(new String(body.array(), begin, i - begin, UTF_8), values);
                begin = i + 1;
            }
        }
        if (begin < variables) {
            throw CniException.environment("the last variable has no end", "each ends with a zero byte");
        }
        return values;
    }

    private static void put(String variable, Map<String, String> values) {
        int sign = variable.indexOf('=');
        if (sign < 0) {
            throw CniException.environment("a variable has no value", "each is NAME=VALUE");
        }
        String name = variable.substring(0, sign);
        if (values.putIfAbsent(name, variable.substring(sign + 1)) != null) {
            throw CniException.environment("the environment has a variable twice", "each CNI_ variable may occur once");
        }
    }
}

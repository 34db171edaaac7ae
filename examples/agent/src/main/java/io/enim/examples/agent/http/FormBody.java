package io.enim.examples.agent.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** {@code application/x-www-form-urlencoded}, kept as bytes: what a field holds need not be text. */
final class FormBody {
    private static final byte[] NOTHING = {};

    private final Map<String, byte[]> fields;

    private FormBody(Map<String, byte[]> fields) {
        this.fields = fields;
    }

    /** @throws BadRequestException an escape is cut off or has other digits than hexadecimal ones, or a field comes twice */
    static FormBody parse(byte[] body) {
        Map<String, byte[]> fields = new HashMap<>();
        int start = 0;
        while (start < body.length) {
            int end = indexOf(body, '&', start, body.length);
            int equals = indexOf(body, '=', start, end);
            String name = new String(decode(body, start, equals), StandardCharsets.UTF_8);
            byte[] value = equals < end ? decode(body, equals + 1, end) : NOTHING;
            if (fields.putIfAbsent(name, value) != null) {
                throw new BadRequestException("the form has the field '" + name + "' twice");
            }
            start = end + 1;
        }
        return new FormBody(fields);
    }

    byte[] bytes(String name) {
        return fields.getOrDefault(name, NOTHING);
    }

    /** The field as text; bytes that are none become U+FFFD, which no name and no path contains. */
    String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] body, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (body[i] == wanted) {
                return i;
            }
        }
        return to;
    }

    private static byte[] decode(byte[] body, int from, int to) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(to - from);
        int i = from;
        while (i < to) {
            byte b = body[i];
            if (b == '%') {
                if (i + 2 >= to) {
                    throw new BadRequestException("the form ends within an escape");
                }
                decoded.write(digit(body[i + 1]) << 4 | digit(body[i + 2]));
                i += 3;
            } else {
                decoded.write(b == '+' ? ' ' : b);
                i++;
            }
        }
        return decoded.toByteArray();
    }

    private static int digit(byte b) {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
            throw new BadRequestException("the form has an escape that is not hexadecimal");
        }
        return digit;
    }
}

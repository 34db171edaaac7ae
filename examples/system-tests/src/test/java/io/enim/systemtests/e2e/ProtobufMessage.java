package io.enim.systemtests.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The few bytes of the protobuf wire format that the CRI's calls need: fields of strings and messages. */
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtobufMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufMessage message(int field, ProtobufMessage value) {
        return bytes(field, value.toBytes());
    }

    /** A field that is true. */
    ProtobufMessage flag(int field) {
        varint(field << 3 | VARINT);
        varint(1);
        return this;
    }

    private ProtobufMessage bytes(int field, byte[] value) {
        varint(field << 3 | LENGTH);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** The values of a field that holds strings or messages, in their order. */
    static List<byte[]> read(byte[] message, int field) {
        return values(message, field).stream().map(byte[].class::cast).toList();
    }

    /** The value of a field that holds a number; the wire leaves out a zero. */
    static long number(byte[] message, int field) {
        return values(message, field).stream()
                .mapToLong(Long.class::cast)
                .findFirst()
                .orElse(0);
    }

    /** A field's values: numbers as {@link Long}, strings and messages as their bytes. */
    private static List<Object> values(byte[] message, int field) {
        List<Object> found = new ArrayList<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long key = varint(message, at);
            Object value = switch ((int) (key & 7)) {
                case VARINT -> varint(message, at);
                case FIXED64 -> take(message, at, Long.BYTES);
                case FIXED32 -> take(message, at, Integer.BYTES);
                case LENGTH -> take(message, at, (int) varint(message, at));
                default -> throw new IllegalArgumentException("wire type " + (key & 7) + " at byte " + at[0]);
            };
            if (key >>> 3 == field) {
                found.add(value);
            }
        }
        return found;
    }

    private static byte[] take(byte[] message, int[] at, int length) {
        byte[] value = Arrays.copyOfRange(message, at[0], at[0] + length);
        at[0] += length;
        return value;
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = message[at[0]++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}

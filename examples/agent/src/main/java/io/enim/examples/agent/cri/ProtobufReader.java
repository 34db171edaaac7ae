package io.enim.examples.agent.cri;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the few fields that are asked for out of a message in protobuf's wire format and passes over all others. A
 * message that ends too early, or has what the format does not, is an error and never a shorter answer.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int LONGEST_VARINT = 10;

    private final byte[] message;
    private int at;

    private ProtobufReader(byte[] message) {
        this.message = message;
    }

    /** The values of a field of strings or messages, in their order. */
    static List<byte[]> messages(byte[] message, int field) throws IOException {
        List<byte[]> found = new ArrayList<>();
        ProtobufReader reader = new ProtobufReader(message);
        while (reader.at < message.length) {
            long key = reader.varint();
            int type = (int) (key & 7);
            if (key >>> 3 == field && type != LENGTH) {
                throw new IOException("field " + field + " has wire type " + type);
            }
            byte[] value = reader.value(type);
            if (key >>> 3 == field) {
                found.add(value);
            }
        }
        return found;
    }

    /** The last value of a field that is a number; one that is not there is zero. */
    static long number(byte[] message, int field) throws IOException {
        long found = 0;
        ProtobufReader reader = new ProtobufReader(message);
        while (reader.at < message.length) {
            long key = reader.varint();
            int type = (int) (key & 7);
            if (key >>> 3 != field) {
                reader.value(type);
            } else if (type == VARINT) {
                found = reader.varint();
            } else {
                throw new IOException("field " + field + " has wire type " + type);
            }
        }
        return found;
    }

    /** What a field holds; a number's bytes mean nothing here. */
    private byte[] value(int type) throws IOException {
        return switch (type) {
            case VARINT -> {
                varint();
                yield new byte[0];
            }
            case FIXED64 -> take(Long.BYTES);
            case FIXED32 -> take(Integer.BYTES);
            case LENGTH -> take(varint());
            default -> throw new IOException("wire type " + type + " before byte " + at);
        };
    }

    private byte[] take(long length) throws IOException {
        if (length < 0 || length > message.length - at) {
            throw new IOException("a field of " + length + " bytes where " + (message.length - at) + " are left");
        }
        byte[] value = Arrays.copyOfRange(message, at, at + (int) length);
        at += (int) length;
        return value;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            if (at == message.length) {
                throw new IOException("the message ends within a number");
            }
            byte b = message[at++];
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw new IOException("a number of more than " + LONGEST_VARINT + " bytes");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The few bytes of the protobuf wire format that the CRI's calls need: fields of strings and messages. */
final class ProtobufMessage {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtobufMessage text(int field, String value) {
        return write(coded -> coded.writeString(field, value));
    }

    ProtobufMessage message(int field, ProtobufMessage value) {
        return write(coded -> coded.writeByteArray(field, value.toBytes()));
    }

    /** A field that is true. */
    ProtobufMessage flag(int field) {
        return write(coded -> coded.writeBool(field, true));
    }

    ProtobufMessage number(int field, long value) {
        return write(coded -> coded.writeInt64(field, value));
    }

    private interface Writing {
        void to(CodedOutputStream coded) throws IOException;
    }

    private ProtobufMessage write(Writing writing) {
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        try {
            writing.to(coded);
            coded.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
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
        CodedInputStream in = CodedInputStream.newInstance(message);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) != field) {
                    in.skipField(tag);
                } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                    found.add(in.readInt64());
                } else {
                    found.add(in.readByteArray());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}

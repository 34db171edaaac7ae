// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import io.enim.netlink.internal.sys.KernelText;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A row of attributes, {@code struct nlattr} (linux/netlink.h), in the order received.
 *
 * <p>Every attribute is kept, known or unknown, so that a message that was read can be written again byte for byte.
 */
public final class Attributes {
    /** {@code NLA_HDRLEN}. */
    static final int HEADER_SIZE = 4;

    static final int NLA_F_NESTED = 1 << 15;
    static final int NLA_F_NET_BYTEORDER = 1 << 14;
    static final int NLA_TYPE_MASK = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER) & 0xffff;

    public static final Attributes NONE = new Attributes(List.of());

    private record Attribute(int rawType, byte[] value) {
        int type() {
            return rawType & NLA_TYPE_MASK;
        }
    }

    private final List<Attribute> attributes;
    /** The first value of each type: looking one up must not cost a walk over the sixty that a link has. */
    private final Map<Integer, byte[]> firstByType = new HashMap<>();

    private Attributes(List<Attribute> attributes) {
        this.attributes = attributes;
        attributes.forEach(attribute -> firstByType.putIfAbsent(attribute.type(), attribute.value()));
    }

    /**
     * Reads from the buffer's position to its limit.
     *
     * @throws MalformedMessageException when a length exceeds the buffer
     */
    static Attributes read(ByteBuffer in) {
        List<Attribute> found = new ArrayList<>();
        while (in.remaining() >= HEADER_SIZE) {
            int start = in.position();
            int length = Short.toUnsignedInt(in.getShort());
            int rawType = Short.toUnsignedInt(in.getShort());
            if (length < HEADER_SIZE || length > in.limit() - start) {
                throw new MalformedMessageException("attribute " + (rawType & NLA_TYPE_MASK) + " at byte " + start
                        + ": length " + length + " exceeds the " + in.limit() + " bytes there are");
            }
            byte[] value = new byte[length - HEADER_SIZE];
            in.get(value);
            found.add(new Attribute(rawType, value));
            in.position(Math.min(start + Align.up(length), in.limit()));
        }
        if (in.hasRemaining()) {
            throw new MalformedMessageException(in.remaining() + " bytes after the last attribute are no attribute");
        }
        return new Attributes(List.copyOf(found));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A row of one attribute: a row itself. */
    public static Attributes nest(int type, Builder inner) {
        return builder().nested(type, inner.build()).build();
    }

    private Optional<byte[]> find(int type) {
        return Optional.ofNullable(firstByType.get(type));
    }

    private Optional<ByteBuffer> find(int type, int size) {
        return find(type).map(value -> {
            if (value.length < size) {
                throw new MalformedMessageException(
                        "attribute " + type + " cut short: " + value.length + " bytes of " + size);
            }
            return Align.wrap(value);
        });
    }

    public boolean has(int type) {
        return find(type).isPresent();
    }

    public OptionalInt u8(int type) {
        return find(type, 1).map(value -> OptionalInt.of(value.get() & 0xff)).orElse(OptionalInt.empty());
    }

    public OptionalInt u32(int type) {
        return find(type, 4).map(value -> OptionalInt.of(value.getInt())).orElse(OptionalInt.empty());
    }

    /** The bytes; a copy. */
    public Optional<byte[]> bytes(int type) {
        return find(type).map(byte[]::clone);
    }

    /** A string up to its zero byte, which older kernels omit. */
    public Optional<String> text(int type) {
        return find(type).map(Attributes::string);
    }

    /** Every string of this type, as in lists like {@code IFLA_PROP_LIST}. */
    public List<String> texts(int type) {
        return attributes.stream()
                .filter(attribute -> attribute.type() == type)
                .map(attribute -> string(attribute.value()))
                .toList();
    }

    /** The nested row of attributes; {@link #NONE} when it is absent. */
    public Attributes nested(int type) {
        return find(type).map(value -> read(Align.wrap(value))).orElse(NONE);
    }

    /** The row with this string as the only attribute of its type. */
    public Attributes with(int type, String text) {
        return with(type, builder().text(type, text));
    }

    /** The row with this nested row as the only attribute of its type. */
    public Attributes with(int type, Attributes inner) {
        return with(type, builder().nested(type, inner));
    }

    private Attributes with(int type, Builder builder) {
        attributes.stream().filter(each -> each.type() != type).forEach(builder.attributes::add);
        return builder.build();
    }

    /** The types that are present, in order. */
    public List<Integer> types() {
        return attributes.stream().map(Attribute::type).toList();
    }

    private static String string(byte[] value) {
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return KernelText.decode(value, end);
    }

    /** The row as bytes, each attribute padded to the alignment. */
    public byte[] toBytes() {
        int size = attributes.stream()
                .mapToInt(attribute -> Align.up(HEADER_SIZE + attribute.value().length))
                .sum();
        ByteBuffer out = Align.allocate(size);
        for (Attribute attribute : attributes) {
            int start = out.position();
            int length = HEADER_SIZE + attribute.value().length;
            if (length > 0xffff) {
                throw new IllegalArgumentException("attribute " + attribute.type() + " of " + attribute.value().length
                        + " bytes: a length is 16 bits; leave something out");
            }
            out.putShort((short) length).putShort((short) attribute.rawType()).put(attribute.value());
            out.position(start + Align.up(length));
        }
        return out.array();
    }

    /** Collects attributes in the order in which they are written. Not thread-safe. */
    public static final class Builder {
        private final List<Attribute> attributes = new ArrayList<>();

        private Builder() {}

        public Builder u8(int type, int value) {
            return bytes(type, (byte) value);
        }

        public Builder u16(int type, int value) {
            return bytes(type, Align.allocate(2).putShort((short) value).array());
        }

        public Builder u32(int type, int value) {
            return bytes(type, Align.allocate(4).putInt(value).array());
        }

        public Builder bytes(int type, byte... value) {
            attributes.add(new Attribute(type, value.clone()));
            return this;
        }

        /** A string with its zero byte, as {@code nla_put_string} writes it. */
        public Builder text(int type, String value) {
            byte[] octets = KernelText.encode(value);
            return bytes(type, Arrays.copyOf(octets, octets.length + 1));
        }

        /** A nested row, with the flag {@code NLA_F_NESTED}, which strict kernels require. */
        public Builder nested(int type, Attributes inner) {
            return bytes(type | NLA_F_NESTED, inner.toBytes());
        }

        public Attributes build() {
            return attributes.isEmpty() ? NONE : new Attributes(List.copyOf(attributes));
        }
    }
}

package io.enim.netlink.internal.wire;

import io.enim.netlink.internal.sys.KernelText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A row of attributes, {@code struct nlattr} (linux/netlink.h), in the order they came.
 *
 * <p>Every attribute is kept, known or not, so that what was read can be written again byte for byte.
 */
public final class Attributes {
    /** {@code NLA_HDRLEN}. */
    static final int HEADER_SIZE = 4;

    static final int NLA_F_NESTED = 1 << 15;
    static final int NLA_F_NET_BYTEORDER = 1 << 14;
    static final int NLA_TYPE_MASK = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER) & 0xffff;

    private static final int HIGHEST_INDEXED = 127;

    /** No attribute at all. */
    public static final Attributes NONE = new Attributes(List.of());

    private record Attribute(int rawType, byte[] value) {
        int type() {
            return rawType & NLA_TYPE_MASK;
        }
    }

    private final List<Attribute> attributes;
    /** The first attribute of each low type: looking one up must not cost a walk over the sixty a link has. */
    private final @Nullable Attribute[] byType;

    private Attributes(List<Attribute> attributes) {
        this.attributes = attributes;
        int highest = 0;
        for (Attribute attribute : attributes) {
            highest = Math.max(highest, attribute.type());
        }
        this.byType = new @Nullable Attribute[Math.min(highest, HIGHEST_INDEXED) + 1];
        for (Attribute attribute : attributes) {
            if (attribute.type() < byType.length && byType[attribute.type()] == null) {
                byType[attribute.type()] = attribute;
            }
        }
    }

    /**
     * Reads from the buffer's position to its limit.
     *
     * @throws MalformedMessageException when a length leads outside
     */
    static Attributes read(ByteBuffer in) {
        List<Attribute> found = new ArrayList<>();
        while (in.remaining() >= HEADER_SIZE) {
            int start = in.position();
            int length = Short.toUnsignedInt(in.getShort());
            int rawType = Short.toUnsignedInt(in.getShort());
            if (length < HEADER_SIZE || length > in.limit() - start) {
                throw new MalformedMessageException("attribute " + (rawType & NLA_TYPE_MASK) + " at byte " + start
                        + ": length " + length + " leads outside the " + in.limit() + " bytes there are");
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

    /** Starts an empty row. */
    public static Builder builder() {
        return new Builder();
    }

    private Optional<byte[]> find(int type) {
        if (type >= 0 && type < byType.length) {
            Attribute found = byType[type];
            return found == null ? Optional.empty() : Optional.of(found.value());
        }
        for (Attribute attribute : attributes) {
            if (attribute.type() == type) {
                return Optional.of(attribute.value());
            }
        }
        return Optional.empty();
    }

    private Optional<ByteBuffer> find(int type, int size) {
        return find(type).map(value -> {
            if (value.length < size) {
                throw new MalformedMessageException(
                        "attribute " + type + " cut short: " + value.length + " bytes of " + size);
            }
            return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        });
    }

    /** Whether the attribute is there, with whatever value. */
    public boolean has(int type) {
        return find(type).isPresent();
    }

    public OptionalInt u8(int type) {
        return find(type, 1).map(value -> OptionalInt.of(value.get() & 0xff)).orElse(OptionalInt.empty());
    }

    public OptionalInt u32(int type) {
        return find(type, 4).map(value -> OptionalInt.of(value.getInt())).orElse(OptionalInt.empty());
    }

    public OptionalLong u64(int type) {
        return find(type, 8).map(value -> OptionalLong.of(value.getLong())).orElse(OptionalLong.empty());
    }

    /** The bytes; a copy. */
    public Optional<byte[]> bytes(int type) {
        return find(type).map(byte[]::clone);
    }

    /** A string up to its zero byte, which older kernels leave out. */
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

    /** The row of attributes inside this one; {@link #NONE} when it is absent. */
    public Attributes nested(int type) {
        return find(type)
                .map(value -> read(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder())))
                .orElse(NONE);
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

    void write(MessageWriter out) {
        for (Attribute attribute : attributes) {
            out.attribute(attribute.rawType(), attribute.value());
        }
    }

    /** The row as bytes, each attribute padded to the alignment. */
    public byte[] toBytes() {
        int size = attributes.stream()
                .mapToInt(attribute -> Align.up(HEADER_SIZE + attribute.value().length))
                .sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        for (Attribute attribute : attributes) {
            int start = out.position();
            out.putShort((short) (HEADER_SIZE + attribute.value().length));
            out.putShort((short) attribute.rawType());
            out.put(attribute.value());
            out.position(start + Align.up(HEADER_SIZE + attribute.value().length));
        }
        return out.array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toBytes());
    }

    @Override
    public String toString() {
        return "Attributes" + types();
    }

    /** Collects attributes in the order they shall be written. Belongs to one thread. */
    public static final class Builder {
        private final List<Attribute> attributes = new ArrayList<>();

        private Builder() {}

        private static ByteBuffer value(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        }

        public Builder u8(int type, int value) {
            return bytes(type, (byte) value);
        }

        public Builder u16(int type, int value) {
            return bytes(type, value(2).putShort((short) value).array());
        }

        public Builder u32(int type, int value) {
            return bytes(type, value(4).putInt(value).array());
        }

        public Builder u64(int type, long value) {
            return bytes(type, value(8).putLong(value).array());
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

        /** A row inside, marked {@code NLA_F_NESTED}, which strict kernels ask for. */
        public Builder nested(int type, Attributes inner) {
            return bytes(type | NLA_F_NESTED, inner.toBytes());
        }

        /** A row inside without the mark, for the older interfaces that were defined without it. */
        public Builder nestedUnmarked(int type, Attributes inner) {
            return bytes(type, inner.toBytes());
        }

        public Attributes build() {
            return attributes.isEmpty() ? NONE : new Attributes(List.copyOf(attributes));
        }
    }
}

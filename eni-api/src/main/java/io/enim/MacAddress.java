// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The 48-bit hardware address of an ENI: the identity by which its device is found, whatever its name.
 *
 * <p>It is a unicast address that is not all zero. A zero address would match the loopback device, and a group address
 * belongs to no single device; both are refused here so that no lookup can use them.
 *
 * @param bits the address in the lower 48 bits, first octet highest
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    private static final int OCTETS = 6;
    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final Pattern TEXT = Pattern.compile("(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}");
    private static final HexFormat HEX = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (bits <= 0 || bits >>> 48 != 0) {
            throw new InvalidRequestException(
                    "mac", HexFormat.of().toHexDigits(bits), "a MAC address has 48 bits and is not all zero");
        }
        if ((bits & GROUP_BIT) != 0) {
            throw new InvalidRequestException(
                    "mac", text(bits), "a device has a unicast address; this one has the group bit set");
        }
    }

    /** Reads {@code 02:00:5e:00:53:01}; upper or lower case. */
    public static MacAddress parse(String text) {
        requireNonNull(text, "text");
        if (!TEXT.matcher(text).matches()) {
            throw new InvalidRequestException("mac", text, "expected six octets like 02:00:5e:00:53:01");
        }
        return of(HEX.parseHex(text));
    }

    /** Reads six octets in network order. */
    public static MacAddress of(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new InvalidRequestException(
                    "mac", HexFormat.of().formatHex(octets), "an Ethernet address has six octets");
        }
        long bits = 0;
        for (byte octet : octets) {
            bits = bits << 8 | (octet & 0xff);
        }
        return new MacAddress(bits);
    }

    /** The six octets in network order; a fresh array. */
    public byte[] toBytes() {
        return octets(bits);
    }

    private static byte[] octets(long bits) {
        return Arrays.copyOfRange(ByteBuffer.allocate(Long.BYTES).putLong(bits).array(), 2, 2 + OCTETS);
    }

    private static String text(long bits) {
        return HEX.formatHex(octets(bits));
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    /** The canonical form, lower case with colons. */
    @Override
    public String toString() {
        return text(bits);
    }
}

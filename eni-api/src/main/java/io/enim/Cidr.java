// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A block of addresses: a network and how many of its leading bits are fixed. The bits behind the prefix are zero; a
 * block written with host bits is refused, since it is usually an address that was meant.
 *
 * @param network the first address of the block
 * @param prefixLength number of fixed leading bits, 0 to 32 or 0 to 128
 */
public record Cidr(InetAddress network, int prefixLength) {
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");

    public Cidr {
        requireNonNull(network, "network");
        int bits = network.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new InvalidRequestException(
                    "cidr", IpLiteral.format(network) + "/" + prefixLength, "the prefix length is 0 to " + bits);
        }
        InetAddress first = mask(network, prefixLength);
        if (!first.equals(network)) {
            throw new InvalidRequestException(
                    "cidr",
                    IpLiteral.format(network) + "/" + prefixLength,
                    "bits are set behind the prefix; the block is " + IpLiteral.format(first) + "/" + prefixLength);
        }
    }

    /** Reads {@code 10.0.3.0/24} or {@code 2001:db8::/64}. */
    public static Cidr parse(String text) {
        requireNonNull(text, "text");
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new InvalidRequestException("cidr", text, "expected address/prefix length, like 10.0.3.0/24");
        }
        return new Cidr(IpLiteral.parse("cidr", text.substring(0, slash)), prefix(text, text.substring(slash + 1)));
    }

    /** The block of this prefix length that holds the address. */
    public static Cidr containing(InetAddress address, int prefixLength) {
        int bits = address.getAddress().length * 8;
        return new Cidr(mask(address, Math.max(0, Math.min(prefixLength, bits))), prefixLength);
    }

    private static int prefix(String text, String length) {
        if (!PREFIX.matcher(length).matches()) {
            throw new InvalidRequestException("cidr", text, "the prefix length is a number without leading zeros");
        }
        return Integer.parseInt(length);
    }

    private static InetAddress mask(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, prefixLength - i * 8));
            bytes[i] &= (byte) (0xff << 8 - kept);
        }
        return address(bytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address: " + bytes.length, e);
        }
    }

    /** Whether the address is of the same family and inside the block. */
    public boolean contains(InetAddress address) {
        return address.getClass() == network.getClass()
                && mask(address, prefixLength).equals(network);
    }

    /** Whether this is an IPv4 block; otherwise it is IPv6. */
    public boolean isIpv4() {
        return network instanceof Inet4Address;
    }

    /**
     * The address at this offset from the network address; clouds put the gateway at 1.
     *
     * @throws InvalidRequestException when the block is too small
     */
    public InetAddress address(long offset) {
        byte[] bytes = network.getAddress();
        BigInteger sum = new BigInteger(1, bytes).add(BigInteger.valueOf(offset));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = sum.shiftRight(8 * (bytes.length - 1 - i)).byteValue();
        }
        InetAddress found = address(bytes);
        if (offset < 0 || sum.bitLength() > bytes.length * 8 || !contains(found)) {
            throw new InvalidRequestException("offset", Long.toString(offset), "outside the block " + this);
        }
        return found;
    }

    /** Reads one IP address literal; never asks a resolver. */
    public static InetAddress parseAddress(String text) {
        requireNonNull(text, "text");
        return IpLiteral.parse("address", text);
    }

    @Override
    public String toString() {
        return IpLiteral.format(network) + "/" + prefixLength;
    }
}

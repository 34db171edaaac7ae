// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct ifaddrmsg} with its attributes (linux/if_addr.h), as in {@code RTM_NEWADDR} and {@code RTM_GETADDR}.
 *
 * @param flags {@code ifa_flags}, the lower eight of the address's flags
 */
public record AddressMessage(int family, int prefixLength, int flags, int scope, int index, Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    public static final int RTM_GETADDR = 22;

    public static final int IFA_ADDRESS = 1;
    public static final int IFA_LOCAL = 2;

    public static final int IFA_F_NODAD = 0x02;

    /** {@code AF_INET} and {@code AF_INET6} of the kernel's linux/socket.h. */
    public static final int AF_INET = 2;

    public static final int AF_INET6 = 10;

    /** {@code RT_SCOPE_LINK} of linux/rtnetlink.h: valid on this link only. */
    public static final int RT_SCOPE_LINK = 253;

    private static final int SIZE = 8;

    public static AddressMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("ifaddrmsg", SIZE);
        Attributes attributes = Attributes.read(in.position(SIZE));
        return new AddressMessage(
                in.get(0) & 0xff, in.get(1) & 0xff, in.get(2) & 0xff, in.get(3) & 0xff, in.getInt(4), attributes);
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put((byte) family)
                .put((byte) prefixLength)
                .put((byte) flags)
                .put((byte) scope)
                .putInt(index)
                .array();
    }

    /**
     * The interface's own address: {@code IFA_LOCAL}, or {@code IFA_ADDRESS} where that is missing, which on a
     * point-to-point link would be the other end.
     */
    public Optional<byte[]> local() {
        return attributes.bytes(IFA_LOCAL).or(() -> attributes.bytes(IFA_ADDRESS));
    }
}

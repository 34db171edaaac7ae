package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct ifaddrmsg} with its attributes (linux/if_addr.h), as in {@code RTM_NEWADDR}, {@code RTM_DELADDR} and {@code RTM_GETADDR}.
 *
 * @param family {@code ifa_family}
 * @param prefixLength {@code ifa_prefixlen}
 * @param flags {@code ifa_flags}, which {@code IFA_FLAGS} widens to 32 bits
 * @param scope {@code ifa_scope}
 * @param index {@code ifa_index}
 */
public record AddressMessage(int family, int prefixLength, int flags, int scope, int index, Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    public static final int RTM_GETADDR = 22;

    public static final int IFA_ADDRESS = 1;
    public static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;

    public static final int IFA_F_NODAD = 0x02;
    public static final int IFA_F_DADFAILED = 0x08;
    public static final int IFA_F_TENTATIVE = 0x40;
    public static final int IFA_F_PERMANENT = 0x80;

    /** {@code AF_INET} and {@code AF_INET6} of the kernel's linux/socket.h. */
    public static final int AF_INET = 2;

    public static final int AF_INET6 = 10;

    /** {@code RT_SCOPE_LINK} of linux/rtnetlink.h: valid on this link only. */
    public static final int RT_SCOPE_LINK = 253;

    private static final int SIZE = 8;

    /** Reads a message of an address. */
    public static AddressMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("ifaddrmsg", SIZE);
        int family = in.get() & 0xff;
        int prefixLength = in.get() & 0xff;
        int flags = in.get() & 0xff;
        int scope = in.get() & 0xff;
        int index = in.getInt();
        return new AddressMessage(family, prefixLength, flags, scope, index, Attributes.read(in));
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

    /** All flags: {@code IFA_FLAGS} where the kernel sends it, else the eight of the structure. */
    public int allFlags() {
        return attributes.u32(IFA_FLAGS).orElse(flags);
    }

    /**
     * The interface's own address: {@code IFA_LOCAL}, or {@code IFA_ADDRESS} where that is missing, which on a
     * point-to-point link would be the other end.
     */
    public Optional<byte[]> local() {
        return attributes.bytes(IFA_LOCAL).or(() -> attributes.bytes(IFA_ADDRESS));
    }
}

package io.enim.netlink.internal.wire;

/** The 4-byte alignment of netlink ({@code NLMSG_ALIGNTO}, {@code NLA_ALIGNTO} in linux/netlink.h). */
final class Align {
    private Align() {}

    static int up(int length) {
        return (length + 3) & ~3;
    }
}

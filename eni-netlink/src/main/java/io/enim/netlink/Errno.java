// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink;

/**
 * The error numbers of asm-generic/errno-base.h and asm-generic/errno.h that this module handles or reports. The
 * numbers hold for x86-64, arm64, riscv64, s390x and ppc64le.
 */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    ESRCH(3),
    EINTR(4),
    EIO(5),
    ENXIO(6),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    EXDEV(18),
    ENODEV(19),
    ENOTDIR(20),
    EISDIR(21),
    EINVAL(22),
    ENFILE(23),
    EMFILE(24),
    ENOTTY(25),
    ENOSPC(28),
    EROFS(30),
    ERANGE(34),
    ENAMETOOLONG(36),
    ENOSYS(38),
    ELOOP(40),
    EMSGSIZE(90),
    ENOPROTOOPT(92),
    EPROTONOSUPPORT(93),
    EOPNOTSUPP(95),
    EAFNOSUPPORT(97),
    EADDRINUSE(98),
    EADDRNOTAVAIL(99),
    ENETDOWN(100),
    ENETUNREACH(101),
    ENOBUFS(105),
    ETIMEDOUT(110),
    EHOSTUNREACH(113);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The positive number, as the kernel returns it negated and libc in {@code errno}. */
    public int number() {
        return number;
    }

    public boolean is(int errno) {
        return number == errno;
    }

    /** The name, or {@code errno 123} for a number that is not listed. */
    static String name(int errno) {
        for (Errno known : values()) {
            if (known.number == errno) {
                return known.name();
            }
        }
        return "errno " + errno;
    }
}

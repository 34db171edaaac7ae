// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import io.enim.PrintableText;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of this module, and the only class that uses jnr-ffi.
 *
 * <p>Three rules hold throughout. {@code errno} is read only after a failure, at once, on the thread that failed: a call
 * that succeeds does not reset it. And jnr passes a buffer from its <em>position</em>, so every buffer goes
 * in as a duplicate at position 0: one that was not rewound would send the bytes behind the message, which the kernel drops
 * without an answer. And a buffer is kept until the call has returned.
 */
public final class Native {
    public static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;

    public static final int CLONE_NEWNET = 0x40000000;

    public static final int AF_NETLINK = 16;
    public static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    public static final int NETLINK_ROUTE = 0;
    public static final int SOL_SOCKET = 1;
    public static final int SOL_NETLINK = 270;
    public static final int SO_RCVBUF = 8;
    public static final int SO_RCVBUFFORCE = 33;
    static final int SO_NETNS_COOKIE = 71;
    public static final int NETLINK_ADD_MEMBERSHIP = 1;
    public static final int NETLINK_CAP_ACK = 10;
    public static final int NETLINK_EXT_ACK = 11;
    public static final int NETLINK_GET_STRICT_CHK = 12;

    /** {@code NS_GET_NSTYPE} of linux/nsfs.h. */
    static final int NS_GET_NSTYPE = 0xb703;
    /** {@code NSFS_MAGIC} of linux/magic.h. */
    public static final long NSFS_MAGIC = 0x6e736673L;

    public static final int SIOCGIFFLAGS = 0x8913;
    public static final int SIOCGIFHWADDR = 0x8927;
    public static final int SIOCGIFINDEX = 0x8933;
    static final int SIOCETHTOOL = 0x8946;

    public static final long MS_BIND = 4096;
    public static final long MS_REC = 16384;
    public static final long MS_SHARED = 1 << 20;
    static final int MNT_DETACH = 2;

    private static final int MSG_PEEK = 0x2;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short POLLIN = 1;
    private static final int STATFS_SIZE = 256;
    private static final int SOCKADDR_NL_SIZE = 12;
    private static final int POLLFD_SIZE = 8;
    private static final int READ_SIZE = 8192;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

    /** The C library; public because jnr implements it in another class loader. */
    public interface LibC {
        int open(@In String path, int flags);

        int close(int fd);

        int socket(int domain, int type, int protocol);

        int bind(int fd, @In ByteBuffer address, int length);

        int getsockname(int fd, @Out ByteBuffer address, ByteBuffer length);

        int setsockopt(int fd, int level, int option, @In ByteBuffer value, int length);

        int getsockopt(int fd, int level, int option, @Out ByteBuffer value, ByteBuffer length);

        @ssize_t
        long sendto(
                int fd, @In ByteBuffer bytes, @size_t long length, int flags, ByteBuffer address, int addressLength);

        @ssize_t
        long recvfrom(
                int fd,
                @Out ByteBuffer bytes,
                @size_t long length,
                int flags,
                ByteBuffer address,
                ByteBuffer addressLength);

        int poll(ByteBuffer fds, @size_t long count, int timeoutMillis);

        int eventfd(int initial, int flags);

        @ssize_t
        long write(int fd, @In ByteBuffer bytes, @size_t long length);

        @ssize_t
        long read(int fd, @Out ByteBuffer bytes, @size_t long length);

        @ssize_t
        long pread(int fd, @Out ByteBuffer bytes, @size_t long length, @off_t long offset);

        @ssize_t
        long pwrite(int fd, @In ByteBuffer bytes, @size_t long length, @off_t long offset);

        int setns(int fd, int type);

        int unshare(int flags);

        int ioctl(int fd, @size_t long request, ByteBuffer argument);

        int ioctl(int fd, @size_t long request, @Nullable Pointer argument);

        int fstatfs(int fd, @Out ByteBuffer buffer);

        int mount(
                @Nullable String source,
                String target,
                @Nullable String type,
                @size_t long flags,
                @Nullable Pointer data);

        int umount2(String target, int flags);

        long syscall(long number, int command, ByteBuffer attributes, int size);
    }

    /** What {@link #receive} took. */
    public record Received(int length, int senderPort) {}

    /** {@code __NR_bpf} of asm/unistd.h. */
    private static final Map<Platform.CPU, Integer> SYS_BPF = Map.of(
            Platform.CPU.X86_64, 321,
            Platform.CPU.AARCH64, 280,
            Platform.CPU.PPC64LE, 361,
            Platform.CPU.S390X, 351);

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private Native() {}

    static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** The address of a direct buffer, for a structure that points to it; keep the buffer reachable during the call. */
    static long address(ByteBuffer direct) {
        return Pointer.wrap(RUNTIME, direct).address();
    }

    private static int errno() {
        return RUNTIME.getLastError();
    }

    /** The result of a call, unless it failed. */
    private static int require(int result, String call, String object) {
        if (result < 0) {
            throw new NetlinkException(call, object, errno(), "");
        }
        return result;
    }

    /**
     * Makes a call whose buffers stay until it returns. Compiled code forgets a buffer once its address is known, and the
     * collector then frees its memory, which is another's while the kernel still reads or writes it.
     */
    private static int keeping(ByteBuffer one, ByteBuffer other, IntSupplier call) {
        try {
            return call.getAsInt();
        } finally {
            Reference.reachabilityFence(one);
            Reference.reachabilityFence(other);
        }
    }

    private static int keeping(ByteBuffer buffer, IntSupplier call) {
        return keeping(buffer, buffer, call);
    }

    /** Repeats a call that a signal interrupted. */
    private static int untilDone(String call, String object, IntSupplier attempt) {
        while (true) {
            int result = attempt.getAsInt();
            if (result >= 0 || !Errno.EINTR.is(errno())) {
                return require(result, call, object);
            }
        }
    }

    public static int open(String path, int flags) {
        return untilDone("open", path, () -> C.open(path, flags | O_CLOEXEC));
    }

    /**
     * Closes. Linux frees the descriptor even when it reports an error, so there is nothing to do about one, and a
     * repeated close could hit a descriptor that another thread just got.
     */
    public static void close(int fd) {
        C.close(fd);
    }

    public static int socket(int domain, int type, int protocol) {
        return require(C.socket(domain, type | SOCK_CLOEXEC, protocol), "socket", "");
    }

    /** Binds a netlink socket to a port the kernel picks, which is returned. */
    public static int bindNetlink(int fd) {
        ByteBuffer address = direct(SOCKADDR_NL_SIZE).putShort(0, (short) AF_NETLINK);
        require(keeping(address, () -> C.bind(fd, address, SOCKADDR_NL_SIZE)), "bind", "netlink socket");
        ByteBuffer length = direct(4).putInt(0, SOCKADDR_NL_SIZE);
        require(keeping(address, length, () -> C.getsockname(fd, address, length)), "getsockname", "netlink socket");
        return address.getInt(4);
    }

    public static void setOption(int fd, int level, int option, int value) {
        ByteBuffer set = direct(4).putInt(0, value);
        require(
                keeping(set, () -> C.setsockopt(fd, level, option, set, 4)),
                "setsockopt",
                "level " + level + " option " + option);
    }

    /** {@code SO_NETNS_COOKIE}; 0 on kernels before 5.14, which have none. */
    public static long namespaceCookie(int socket) {
        ByteBuffer value = direct(8);
        ByteBuffer length = direct(4).putInt(0, 8);
        int got = keeping(value, length, () -> C.getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, value, length));
        return got < 0 ? 0 : value.getLong(0);
    }

    /** Sends a datagram to the kernel. The kernel has handled it, and queued its answers, when this returns. */
    public static void send(int fd, byte[] datagram) {
        ByteBuffer bytes = direct(datagram.length).put(0, datagram);
        ByteBuffer kernel = direct(SOCKADDR_NL_SIZE).putShort(0, (short) AF_NETLINK);
        untilDone(
                "sendto",
                "netlink socket",
                () -> keeping(
                        bytes, kernel, () -> (int) C.sendto(fd, bytes, datagram.length, 0, kernel, SOCKADDR_NL_SIZE)));
    }

    /**
     * The next datagram's length and sender, with the datagram left in its queue; never blocks.
     *
     * @return null when none is queued
     */
    public static @Nullable Received peek(int fd, ByteBuffer scratch) {
        return receive(fd, scratch, 0, MSG_PEEK | MSG_TRUNC, scratch);
    }

    /**
     * Takes one datagram if one is queued; never blocks. The buffer holds it from position 0; a length beyond the buffer
     * is that of a datagram that did not fit.
     *
     * @return null when none is queued
     */
    public static @Nullable Received receive(int fd, ByteBuffer buffer, ByteBuffer scratch) {
        return receive(fd, buffer, buffer.capacity(), MSG_TRUNC, scratch);
    }

    private static @Nullable Received receive(int fd, ByteBuffer buffer, int size, int flags, ByteBuffer scratch) {
        ByteBuffer bytes = buffer.duplicate().clear();
        ByteBuffer address = scratch.duplicate().order(ByteOrder.nativeOrder()).clear();
        ByteBuffer length = address.slice(16, 4).order(ByteOrder.nativeOrder()).putInt(0, SOCKADDR_NL_SIZE);
        while (true) {
            int received = keeping(
                    bytes, address, () -> (int) C.recvfrom(fd, bytes, size, MSG_DONTWAIT | flags, address, length));
            if (received >= 0) {
                return new Received(received, address.getInt(4));
            }
            int errno = errno();
            if (Errno.EAGAIN.is(errno)) {
                return null;
            }
            if (!Errno.EINTR.is(errno)) {
                throw new NetlinkException("recvfrom", "netlink socket", errno, "");
            }
        }
    }

    /**
     * Waits until one of the descriptors can be read.
     *
     * @return the position of the first that can be read; empty when the time is up or a signal came
     */
    public static OptionalInt awaitReadable(int timeoutMillis, int... fds) {
        ByteBuffer polls = direct(POLLFD_SIZE * fds.length);
        for (int i = 0; i < fds.length; i++) {
            polls.putInt(i * POLLFD_SIZE, fds[i]).putShort(i * POLLFD_SIZE + 4, POLLIN);
        }
        int ready = keeping(polls, () -> C.poll(polls, fds.length, timeoutMillis));
        if (ready < 0) {
            int errno = errno();
            if (Errno.EINTR.is(errno)) {
                return OptionalInt.empty();
            }
            throw new NetlinkException("poll", "netlink socket", errno, "");
        }
        for (int i = 0; i < fds.length; i++) {
            if (polls.getShort(i * POLLFD_SIZE + 6) != 0) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** A descriptor that {@link #signal} makes readable. */
    public static int eventfd() {
        return require(C.eventfd(0, EFD_CLOEXEC_NONBLOCK), "eventfd", "");
    }

    public static void signal(int eventfd) {
        write(eventfd, direct(8).putLong(0, 1), "eventfd");
    }

    /** Makes the descriptor unreadable again, whether it was signalled or not. */
    public static void drainSignal(int eventfd) {
        ByteBuffer count = direct(8);
        if (keeping(count, () -> (int) C.read(eventfd, count, 8)) < 0) {
            int errno = errno();
            if (!Errno.EAGAIN.is(errno) && !Errno.EINTR.is(errno)) {
                throw new NetlinkException("read", "eventfd", errno, "");
            }
        }
    }

    private static void write(int fd, ByteBuffer content, String object) {
        require(keeping(content, () -> (int) C.write(fd, content, content.capacity())), "write", object);
    }

    /** Writes a small file, like a setting under /proc/sys, in one call. */
    public static void writeFile(String path, byte[] content) {
        int fd = open(path, O_WRONLY);
        try {
            write(fd, direct(content.length).put(0, content), path);
        } finally {
            close(fd);
        }
    }

    /** Writes all of a small file of procfs, in one call, wherever the descriptor's position is. */
    public static void writeAtStart(int fd, byte[] content, String path) {
        ByteBuffer buffer = direct(content.length).put(0, content);
        require(keeping(buffer, () -> (int) C.pwrite(fd, buffer, content.length, 0)), "pwrite", path);
    }

    /** Reads a small file of procfs. */
    public static byte[] readFile(String path) {
        int fd = open(path, O_RDONLY);
        try {
            return readFromStart(fd);
        } finally {
            close(fd);
        }
    }

    /** Reads all of a procfs file, as it is now, wherever the descriptor's position is. */
    public static byte[] readFromStart(int fd) {
        ByteBuffer buffer = direct(READ_SIZE);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            int length =
                    keeping(buffer, () -> (int) C.pread(fd, buffer.duplicate().clear(), READ_SIZE, content.size()));
            if (require(length, "pread", "procfs") == 0) {
                return content.toByteArray();
            }
            byte[] part = new byte[length];
            buffer.get(0, part);
            content.writeBytes(part);
        }
    }

    /** Moves the calling thread, and only it, into the namespace. */
    public static void setns(int fd) {
        require(C.setns(fd, CLONE_NEWNET), "setns", "");
    }

    /** Moves the calling thread, and only it, into a new network namespace. */
    public static void unshareNetwork() {
        require(C.unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
    }

    /** {@code f_type} of {@code statfs(2)}, the first word on every 64-bit architecture. */
    public static long filesystem(int fd) {
        ByteBuffer buffer = direct(STATFS_SIZE);
        require(keeping(buffer, () -> C.fstatfs(fd, buffer)), "fstatfs", "");
        return buffer.getLong(0);
    }

    /** The {@code CLONE_} constant of a namespace's kind. */
    public static int namespaceType(int fd) {
        return require(C.ioctl(fd, NS_GET_NSTYPE, (Pointer) null), "ioctl NS_GET_NSTYPE", "");
    }

    /**
     * Queries a device by name through a {@code struct ifreq} (linux/if.h), which takes no RTNL.
     *
     * @return the structure, its union from byte 16 on; null when there is no such device
     */
    public static @Nullable ByteBuffer interfaceRequest(int socket, int request, String name) {
        byte[] octets = KernelText.encode(name);
        if (octets.length > 15) {
            // Only alternative names can be longer; they do not fit, and truncated they could be another device's name.
            return null;
        }
        ByteBuffer ifreq = direct(40).put(0, octets);
        int result = keeping(ifreq, () -> C.ioctl(socket, request, ifreq));
        return isDone(result, "ioctl 0x" + Integer.toHexString(request), name) ? ifreq : null;
    }

    /**
     * Passes a command of linux/ethtool.h to a device by name; the answer overwrites the command. Takes RTNL.
     *
     * @param command a direct buffer
     * @return false when there is no such device, or its driver does not support the command
     */
    public static boolean ethtool(int socket, String name, ByteBuffer command) {
        ByteBuffer ifreq = direct(40).put(0, KernelText.encode(name));
        ifreq.putLong(16, address(command));
        String call = "ioctl SIOCETHTOOL 0x" + Integer.toHexString(command.getInt(0)) + " of";
        return isDone(keeping(ifreq, command, () -> C.ioctl(socket, SIOCETHTOOL, ifreq)), call, name);
    }

    private static boolean isDone(int result, String call, String name) {
        int errno = result < 0 ? errno() : 0;
        if (errno == 0 || Errno.ENODEV.is(errno) || Errno.EOPNOTSUPP.is(errno)) {
            return errno == 0;
        }
        throw new NetlinkException(call, PrintableText.of(name), errno, "");
    }

    /**
     * {@code bpf(2)}; the kernel writes its answer into the attributes. A new architecture has no number here until it is
     * looked up: the call is then ENOSYS, as on a kernel without BPF.
     */
    static int bpf(String name, int command, ByteBuffer attributes) {
        int number = SYS_BPF.getOrDefault(Platform.getNativePlatform().getCPU(), -1);
        return untilDone(
                "bpf " + name,
                "",
                () -> keeping(attributes, () ->
                        (int) C.syscall(number, command, attributes.duplicate().clear(), attributes.capacity())));
    }

    public static void mount(@Nullable String source, String target, long flags) {
        require(C.mount(source, target, source == null ? null : "none", flags, null), "mount", target);
    }

    public static void unmount(String target) {
        require(C.umount2(target, MNT_DETACH), "umount2", target);
    }
}

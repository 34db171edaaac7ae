// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.InvalidRequestException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * An open network namespace: a descriptor that was checked to be one. Keeps the namespace alive while open; safe for
 * concurrent use.
 */
public final class NetnsHandle implements AutoCloseable {
    /** A runtime creates a file, and mounts the namespace on it: a mount that stays in the runtime's mount namespace. */
    private static final String UNMOUNTED =
            "it is a plain file in this process's mount namespace. If a runtime mounted a"
                    + " namespace on it, that mount does not reach this process: mount the file's directory here with propagation"
                    + " from the host (rslave; HostToContainer in Kubernetes)";

    private static final Path OF_CALLING_THREAD = Path.of("/proc/thread-self/ns/net");

    private final Path path;
    private final int fd;
    /** Device and inode; the cookie is 0, since only a socket inside can read it. */
    private final NamespaceId identity;

    private final AtomicBoolean closed = new AtomicBoolean();
    /** The owner and all current users of the descriptor; at 0 it is closed, and its number may be reused. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private NetnsHandle(Path path, int fd, NamespaceId identity) {
        this.path = path;
        this.fd = fd;
        this.identity = identity;
    }

    /** The namespace of the calling thread, which need not be that of the process. */
    public static NetnsHandle ofCallingThread() {
        return open(OF_CALLING_THREAD);
    }

    /**
     * Opens a path that a caller passed. It is first opened without effect ({@code O_PATH}), so that a path to a device or a
     * pipe neither acts nor blocks; then the same file is opened for use, even if the path has changed meanwhile.
     *
     * @throws InvalidRequestException the path is missing or is no network namespace
     */
    public static NetnsHandle open(Path path) {
        int reference = reference(path);
        try {
            if (Native.filesystem(reference) != Native.NSFS_MAGIC) {
                throw notNamespace(
                        path, Files.isRegularFile(path) ? UNMOUNTED : "it is neither a file nor a namespace");
            }
            int fd = Native.open("/proc/self/fd/" + reference, Native.O_RDONLY);
            try {
                if (Native.namespaceType(fd) != Native.CLONE_NEWNET) {
                    throw notNamespace(path, "it is a namespace, but not of networks");
                }
                return new NetnsHandle(path, fd, identity(fd));
            } catch (RuntimeException | Error e) {
                Native.close(fd);
                throw e;
            }
        } finally {
            Native.close(reference);
        }
    }

    private static int reference(Path path) {
        if (path.toString().indexOf('\0') >= 0) {
            throw notNamespace(path, "the path contains a zero byte");
        }
        try {
            return Native.open(path.toString(), Native.O_PATH);
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.ENAMETOOLONG)) {
                throw new InvalidRequestException(
                        "network namespace",
                        path.toString(),
                        "no such file (" + e.errnoName()
                                + "); pass the path that the runtime created, like /run/netns/NAME",
                        e);
            }
            throw e;
        }
    }

    private static InvalidRequestException notNamespace(Path path, String reason) {
        return new InvalidRequestException(
                "network namespace", path.toString(), "not a network namespace: " + reason + "; nothing was entered");
    }

    public Path path() {
        return path;
    }

    /** The same namespace on a descriptor of its own. */
    public NetnsHandle reopen() {
        return with(held -> {
            int own = Native.open("/proc/self/fd/" + held, Native.O_RDONLY);
            return new NetnsHandle(path, own, identity);
        });
    }

    /**
     * Works with the descriptor, which stays open until the work is done even when this is closed meanwhile: the number
     * of a closed descriptor may be reused for another namespace.
     */
    public <T> T with(IntFunction<T> work) {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new NetlinkException("use", path.toString(), Errno.EBADF, "this namespace was closed; open it again");
        }
        try {
            return work.apply(fd);
        } finally {
            release();
        }
    }

    private void release() {
        if (holders.decrementAndGet() == 0) {
            Native.close(fd);
        }
    }

    private static NamespaceId identity(int fd) {
        return identity(Path.of("/proc/self/fd", String.valueOf(fd)));
    }

    private static NamespaceId identity(Path file) {
        try {
            Object device = Files.getAttribute(file, "unix:dev");
            return new NamespaceId((Long) device, (Long) Files.getAttribute(file, "unix:ino"), 0);
        } catch (IOException e) {
            throw NetnsPaths.failure("stat", file, Errno.EIO, e);
        }
    }

    /** The identity, with the cookie that a socket inside read. */
    public NamespaceId id(long cookie) {
        return new NamespaceId(identity.device(), identity.inode(), cookie);
    }

    /** Whether the calling thread is in it. */
    boolean isOfCallingThread() {
        return identity(OF_CALLING_THREAD).equals(identity);
    }

    public boolean isSame(NetnsHandle other) {
        return identity.equals(other.identity);
    }

    /** Moves the calling thread into it. */
    void enter() {
        with(held -> {
            Native.setns(held);
            return held;
        });
    }

    /** Closes once its last user is done. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}

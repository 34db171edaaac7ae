// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A setting below {@code /proc/sys/net}. The file is of the namespace of the thread that opened it; after that any thread can
 * read and write it. Used by one thread at a time.
 */
public final class NamespaceSetting implements QuietCloseable {
    private static final int NONE = -1;

    private final String path;
    private final int fd;
    /** Why it cannot be written. */
    private final @Nullable NetlinkException refusal;

    private final AtomicBoolean closed = new AtomicBoolean();

    private NamespaceSetting(String path, int fd, @Nullable NetlinkException refusal) {
        this.path = path;
        this.fd = fd;
        this.refusal = refusal;
    }

    /** Opens that of the calling thread's namespace. What refuses to be written is an error only when it is written. */
    static NamespaceSetting open(String path) {
        try {
            return new NamespaceSetting(path, Native.open(path, Native.O_RDWR), null);
        } catch (NetlinkException e) {
            return new NamespaceSetting(path, e.is(Errno.ENOENT) ? NONE : Native.open(path, Native.O_RDONLY), e);
        }
    }

    public String path() {
        return path;
    }

    /** Its value, with the end of the line; empty where the kernel does not have it. */
    public Optional<byte[]> read() {
        return fd == NONE ? Optional.empty() : Optional.of(Native.readFromStart(fd));
    }

    public void write(byte[] value) {
        if (refusal != null) {
            throw refusal;
        }
        Native.writeAtStart(fd, value, path);
    }

    @Override
    public void close() {
        if (fd != NONE && closed.compareAndSet(false, true)) {
            Native.close(fd);
        }
    }
}

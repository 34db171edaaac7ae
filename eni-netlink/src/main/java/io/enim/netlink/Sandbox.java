package io.enim.netlink;

import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's namespace for the length of one operation: its descriptor, and the socket that opening it left inside,
 * so that the steps of an operation enter it once. Safe for concurrent use: a second step at the same time gets a socket
 * of its own.
 */
final class Sandbox implements Netns {
    private final Kernel kernel;
    private final NamespaceFile file;
    private final NamespaceId id;
    private final AtomicReference<@Nullable NetlinkSocket> idle;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sandbox(Kernel kernel, NamespaceFile file, NetlinkSocket first) {
        this.kernel = kernel;
        this.file = file;
        this.id = file.id(Native.namespaceCookie(first.fd()));
        this.idle = new AtomicReference<>(first);
    }

    /** Takes over the file: closes it also when this fails. */
    static Sandbox enter(Kernel kernel, NamespaceFile file, Deadline deadline) {
        try {
            return new Sandbox(kernel, file, kernel.socketIn(file, deadline));
        } catch (NetlinkException e) {
            file.close();
            throw e;
        }
    }

    NamespaceFile file() {
        return file;
    }

    /** Works with a socket inside. */
    <T> T with(Deadline deadline, Function<NetlinkSocket, T> work) {
        NetlinkSocket kept = idle.getAndSet(null);
        NetlinkSocket socket = kept != null ? kept : kernel.socketIn(file, deadline);
        boolean reusable = false;
        try {
            T result = work.apply(socket);
            reusable = true;
            return result;
        } finally {
            // After a failure answers may still be queued on it.
            if (!reusable || !idle.compareAndSet(null, socket)) {
                socket.close();
            } else if (closed.get()) {
                closeIdle();
            }
        }
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public NamespaceId id() {
        return id;
    }

    @Override
    public void close() {
        closed.set(true);
        closeIdle();
        file.close();
    }

    private void closeIdle() {
        NetlinkSocket socket = idle.getAndSet(null);
        if (socket != null) {
            socket.close();
        }
    }
}

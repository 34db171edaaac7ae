package io.enim.netlink;

import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's namespace for the length of one operation: its descriptor, and what opening it left inside, so that the
 * steps of an operation enter it once. Safe for concurrent use: a second step at the same time gets a foothold of its
 * own.
 */
final class Sandbox implements Netns {
    private final Kernel kernel;
    private final NamespaceFile file;
    private final NamespaceId id;
    private final AtomicReference<@Nullable Foothold> idle;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sandbox(Kernel kernel, NamespaceFile file, Foothold first) {
        this.kernel = kernel;
        this.file = file;
        this.id = file.id(Native.namespaceCookie(first.socket().fd()));
        this.idle = new AtomicReference<>(first);
    }

    /** Takes over the file: closes it also when this fails. */
    static Sandbox enter(Kernel kernel, NamespaceFile file, Deadline deadline) {
        try {
            return new Sandbox(kernel, file, kernel.footholdIn(file, deadline));
        } catch (NetlinkException e) {
            file.close();
            throw e;
        }
    }

    NamespaceFile file() {
        return file;
    }

    /** Works with what is open inside. */
    <T> T with(Deadline deadline, Function<Foothold, T> work) {
        Foothold kept = idle.getAndSet(null);
        Foothold inside = kept != null ? kept : kernel.footholdIn(file, deadline);
        boolean reusable = false;
        try {
            T result = work.apply(inside);
            reusable = true;
            return result;
        } finally {
            // After a failure answers may still be queued on the socket.
            if (!reusable || !idle.compareAndSet(null, inside)) {
                inside.close();
            } else if (closed.get()) {
                closeIdle();
            }
        }
    }

    /** Works with a socket inside. */
    <T> T withSocket(Deadline deadline, Function<NetlinkSocket, T> work) {
        return with(deadline, inside -> work.apply(inside.socket()));
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
        Foothold inside = idle.getAndSet(null);
        if (inside != null) {
            inside.close();
        }
    }
}

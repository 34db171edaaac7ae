package io.enim.netlink.internal.netns;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
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
public final class Sandbox implements Netns {
    private final NetlinkSessions sessions;
    private final NetnsHandle file;
    private final NamespaceId id;
    private final AtomicReference<@Nullable SandboxHandles> idleHandles;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sandbox(NetlinkSessions kernel, NetnsHandle file, SandboxHandles first) {
        this.sessions = kernel;
        this.file = file;
        this.id = file.id(Native.namespaceCookie(first.socket().fd()));
        this.idleHandles = new AtomicReference<>(first);
    }

    /** Takes over the file: closes it also when this fails. */
    public static Sandbox enter(NetlinkSessions kernel, NetnsHandle file, Deadline deadline) {
        try {
            return new Sandbox(kernel, file, kernel.openHandlesIn(file, deadline));
        } catch (NetlinkException e) {
            file.close();
            throw e;
        }
    }

    public NetnsHandle file() {
        return file;
    }

    /** Works with what is open inside. */
    public <T> T with(Deadline deadline, Function<SandboxHandles, T> work) {
        SandboxHandles kept = idleHandles.getAndSet(null);
        SandboxHandles inside = kept != null ? kept : sessions.openHandlesIn(file, deadline);
        boolean reusable = false;
        try {
            T result = work.apply(inside);
            reusable = true;
            return result;
        } finally {
            // After a failure answers may still be queued on the socket.
            if (!reusable || !idleHandles.compareAndSet(null, inside)) {
                inside.close();
            } else if (closed.get()) {
                closeIdleHandles();
            }
        }
    }

    /** Works with a socket inside. */
    public <T> T withSocket(Deadline deadline, Function<NetlinkSocket, T> work) {
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
        closeIdleHandles();
        file.close();
    }

    private void closeIdleHandles() {
        SandboxHandles inside = idleHandles.getAndSet(null);
        if (inside != null) {
            inside.close();
        }
    }
}

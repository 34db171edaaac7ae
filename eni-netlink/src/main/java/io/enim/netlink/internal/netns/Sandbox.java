// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.IdleSlot;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An endpoint's namespace for the duration of one operation: its descriptor, and the handles opened inside, so that the
 * steps of an operation enter it once. Safe for concurrent use: concurrent steps get handles of their own.
 */
public final class Sandbox implements Netns {
    /** What was opened inside during one visit, for later steps to use without entering again. */
    public record Handles(NetlinkSocket socket, ProcNetDev devices, List<NamespaceSetting> routerAdvertisements)
            implements QuietCloseable {
        @Override
        public void close() {
            socket.close();
            devices.close();
            routerAdvertisements.forEach(NamespaceSetting::close);
        }
    }

    private final NetlinkSessions sessions;
    private final NetnsHandle file;
    private final NamespaceId id;
    private final IdleSlot<Handles> idleHandles = new IdleSlot<>();

    private Sandbox(NetlinkSessions sessions, NetnsHandle file, Handles first) {
        this.sessions = sessions;
        this.file = file;
        this.id = file.id(Native.namespaceCookie(first.socket().fd()));
        idleHandles.put(first);
    }

    /** Takes ownership of the file: closes it also when this fails. */
    public static Sandbox enter(NetlinkSessions sessions, NetnsHandle file, Deadline deadline) {
        try {
            return enterOpened(sessions, file, sessions.openHandlesIn(file, deadline));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static Sandbox enterOpened(NetlinkSessions sessions, NetnsHandle file, Handles first) {
        try {
            return new Sandbox(sessions, file, first);
        } catch (RuntimeException | Error e) {
            first.close();
            throw e;
        }
    }

    public NetnsHandle file() {
        return file;
    }

    /** Works with the handles inside. */
    public <T> T with(Deadline deadline, Function<Handles, T> work) {
        return idleHandles.use(() -> sessions.openHandlesIn(file, deadline), work);
    }

    /** Works with a socket inside. */
    public <T> T withSocket(Deadline deadline, Function<NetlinkSocket, T> work) {
        return with(deadline, inside -> work.apply(inside.socket()));
    }

    /** Makes system calls inside. */
    public <T> T callInside(Deadline deadline, Supplier<T> systemCalls) {
        return sessions.threads().callInside(file, systemCalls, deadline);
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
        idleHandles.close();
        file.close();
    }
}

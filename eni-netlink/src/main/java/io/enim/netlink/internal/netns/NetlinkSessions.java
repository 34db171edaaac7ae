package io.enim.netlink;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every part of this module works with: the home namespace, the threads that leave it, and sockets. Safe for
 * concurrent use.
 */
final class Kernel implements AutoCloseable {
    private final NamespaceFile home;
    private final NamespaceThreads threads;
    private final NetlinkProbe probe;
    private final RtnlCounter counter = new RtnlCounter();
    private final ReceiveBuffers buffers = new ReceiveBuffers();
    private final AtomicReference<@Nullable NetlinkSocket> idleAtHome = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Kernel(NamespaceFile home, NetlinkProbe probe) {
        this.home = home;
        this.probe = probe;
        this.threads = new NamespaceThreads(home);
    }

    /** Takes the calling thread's namespace for home. */
    static Kernel overCallingThread(NetlinkProbe probe) {
        return new Kernel(NamespaceFile.ofCallingThread(), probe);
    }

    NamespaceFile home() {
        return home;
    }

    NamespaceThreads threads() {
        return threads;
    }

    RtnlCounter counter() {
        return counter;
    }

    /** A socket in the calling thread's namespace, whichever that is. */
    NetlinkSocket socketHere() {
        return new NetlinkSocket(KernelChannel.forRequests(buffers), counter, probe);
    }

    NetlinkSocket socketIn(NamespaceFile namespace, Deadline deadline) {
        return threads.open(namespace, this::socketHere, deadline);
    }

    Foothold footholdIn(NamespaceFile namespace, Deadline deadline) {
        return threads.open(namespace, this::footholdHere, deadline);
    }

    private Foothold footholdHere() {
        DeviceTable devices = DeviceTable.open();
        try {
            return new Foothold(socketHere(), devices);
        } catch (NetlinkException e) {
            devices.close();
            throw e;
        }
    }

    /** Works with a socket at home; one is kept from operation to operation, since home needs no freeing. */
    <T> T atHome(Deadline deadline, Function<NetlinkSocket, T> work) {
        NetlinkSocket idle = idleAtHome.getAndSet(null);
        NetlinkSocket socket = idle != null ? idle : socketIn(home, deadline);
        boolean reusable = false;
        try {
            T result = work.apply(socket);
            reusable = true;
            return result;
        } finally {
            // After a failure answers may still be queued on it.
            if (!reusable || closed.get() || !idleAtHome.compareAndSet(null, socket)) {
                socket.close();
            }
        }
    }

    /** Works with a fresh socket in a namespace. */
    <T> T in(NamespaceFile namespace, Deadline deadline, Function<NetlinkSocket, T> work) {
        try (NetlinkSocket socket = socketIn(namespace, deadline)) {
            return work.apply(socket);
        }
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        closed.set(true);
        threads.close();
        NetlinkSocket idle = idleAtHome.getAndSet(null);
        if (idle != null) {
            idle.close();
        }
        home.close();
    }
}

package io.enim.netlink.internal.netns;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RouteSocketChannel;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every part of this module works with: the home namespace, the threads that leave it, and sockets. Safe for
 * concurrent use.
 */
public final class NetlinkSessions implements AutoCloseable {
    private final NetnsHandle hostNamespace;
    private final NetnsThreads threads;
    private final NetlinkFailPoint failPoint;
    private final RtnlCounter counter = new RtnlCounter();
    private final ReceiveBuffers buffers = new ReceiveBuffers();
    private final AtomicReference<@Nullable NetlinkSocket> idleHostSocket = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private NetlinkSessions(NetnsHandle home, NetlinkFailPoint probe) {
        this.hostNamespace = home;
        this.failPoint = probe;
        this.threads = new NetnsThreads(home);
    }

    /** Takes the calling thread's namespace for home. */
    public static NetlinkSessions overCallingThread(NetlinkFailPoint probe) {
        return new NetlinkSessions(NetnsHandle.ofCallingThread(), probe);
    }

    public NetnsHandle hostNamespace() {
        return hostNamespace;
    }

    public NetnsThreads threads() {
        return threads;
    }

    public RtnlCounter counter() {
        return counter;
    }

    /** A socket in the calling thread's namespace, whichever that is. */
    NetlinkSocket openSocket() {
        return new NetlinkSocket(RouteSocketChannel.forRequests(buffers), counter, failPoint);
    }

    NetlinkSocket openSocketIn(NetnsHandle namespace, Deadline deadline) {
        return threads.openInside(namespace, this::openSocket, deadline);
    }

    SandboxHandles openHandlesIn(NetnsHandle namespace, Deadline deadline) {
        return threads.openInside(namespace, this::openHandles, deadline);
    }

    private SandboxHandles openHandles() {
        ProcNetDev devices = ProcNetDev.open();
        try {
            return new SandboxHandles(openSocket(), devices);
        } catch (NetlinkException e) {
            devices.close();
            throw e;
        }
    }

    /** Works with a socket at home; one is kept from operation to operation, since home needs no freeing. */
    public <T> T onHost(Deadline deadline, Function<NetlinkSocket, T> work) {
        NetlinkSocket idle = idleHostSocket.getAndSet(null);
        NetlinkSocket socket = idle != null ? idle : openSocketIn(hostNamespace, deadline);
        boolean reusable = false;
        try {
            T result = work.apply(socket);
            reusable = true;
            return result;
        } finally {
            // After a failure answers may still be queued on it.
            if (!reusable || closed.get() || !idleHostSocket.compareAndSet(null, socket)) {
                socket.close();
            }
        }
    }

    /** Works with a fresh socket in a namespace. */
    public <T> T in(NetnsHandle namespace, Deadline deadline, Function<NetlinkSocket, T> work) {
        try (NetlinkSocket socket = openSocketIn(namespace, deadline)) {
            return work.apply(socket);
        }
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        closed.set(true);
        threads.close();
        NetlinkSocket idle = idleHostSocket.getAndSet(null);
        if (idle != null) {
            idle.close();
        }
        hostNamespace.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RouteSocketChannel;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.socket.SocketOptions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.IdleSlot;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import java.util.function.Function;

/**
 * Netlink sockets on the host and in other namespaces: the host namespace, the threads that leave it, and the counters and
 * the fail point that all sockets share. Safe for concurrent use.
 */
public final class NetlinkSessions implements AutoCloseable {
    private final NetnsHandle hostNamespace;
    private final NetnsThreads threads;
    private final NetlinkFailPoint failPoint;
    private final SocketOptions options;
    private final RtnlCounter counter = new RtnlCounter();
    private final ReceiveBuffers buffers = new ReceiveBuffers();
    private final IdleSlot<NetlinkSocket> idleHostSocket = new IdleSlot<>();

    private NetlinkSessions(NetnsHandle hostNamespace, NetlinkFailPoint failPoint, SocketOptions options) {
        this.hostNamespace = hostNamespace;
        this.failPoint = failPoint;
        this.options = options;
        this.threads = new NetnsThreads(hostNamespace);
    }

    /** Takes the calling thread's namespace as the host namespace. */
    public static NetlinkSessions overCallingThread(NetlinkFailPoint failPoint) {
        return overCallingThread(failPoint, SocketOptions.KERNEL);
    }

    /** The same over another kernel, as far as sockets have options. */
    public static NetlinkSessions overCallingThread(NetlinkFailPoint failPoint, SocketOptions options) {
        return new NetlinkSessions(NetnsHandle.ofCallingThread(), failPoint, options);
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

    /** Opens a socket in the calling thread's namespace. */
    private NetlinkSocket openSocket() {
        return new NetlinkSocket(RouteSocketChannel.forRequests(buffers, options), counter, failPoint);
    }

    Sandbox.Handles openHandlesIn(NetnsHandle namespace, Deadline deadline) {
        return threads.openInside(namespace, this::openHandles, deadline);
    }

    private Sandbox.Handles openHandles() {
        ProcNetDev devices = ProcNetDev.open();
        try {
            return new Sandbox.Handles(openSocket(), devices);
        } catch (RuntimeException | Error e) {
            devices.close();
            throw e;
        }
    }

    /** Works with a socket on the host; one is kept between operations, since the host namespace need not end. */
    public <T> T onHost(Deadline deadline, Function<NetlinkSocket, T> work) {
        return idleHostSocket.use(() -> threads.openInside(hostNamespace, this::openSocket, deadline), work);
    }

    /** Works with a new socket in a namespace. */
    public <T> T in(NetnsHandle namespace, Deadline deadline, Function<NetlinkSocket, T> work) {
        try (NetlinkSocket socket = openIn(namespace, deadline)) {
            return work.apply(socket);
        }
    }

    /** A new socket in a namespace, for the caller to close. */
    public NetlinkSocket openIn(NetnsHandle namespace, Deadline deadline) {
        return threads.openInside(namespace, this::openSocket, deadline);
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        threads.close();
        idleHostSocket.close();
        hostNamespace.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RouteSocketChannel;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.socket.SocketOptions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.IdleSlot;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Netlink sockets on the host and in other namespaces: the host namespace, the threads that leave it, and the counters and
 * the fail point that all sockets share. Safe for concurrent use.
 */
public final class NetlinkSessions implements AutoCloseable {
    /** What a device begins with that comes into a namespace. */
    private static final List<String> ROUTER_ADVERTISEMENTS =
            List.of(NetworkSettings.ofIpv6("default", "accept_ra"), NetworkSettings.ofIpv6("default", "autoconf"));

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
        List<QuietCloseable> opened = new ArrayList<>();
        try {
            ProcNetDev devices = added(opened, ProcNetDev.open());
            List<NamespaceSetting> settings = new ArrayList<>();
            for (String path : ROUTER_ADVERTISEMENTS) {
                settings.add(added(opened, NamespaceSetting.open(path)));
            }
            return new Sandbox.Handles(openSocket(), devices, settings);
        } catch (RuntimeException | Error e) {
            opened.forEach(QuietCloseable::close);
            throw e;
        }
    }

    private static <T extends QuietCloseable> T added(List<QuietCloseable> opened, T handle) {
        opened.add(handle);
        return handle;
    }

    /** Works with a socket on the host; one is kept between operations, since the host namespace need not end. */
    public <T> T onHost(Deadline deadline, Function<NetlinkSocket, T> work) {
        return idleHostSocket.use(() -> threads.openInside(hostNamespace, this::openSocket, deadline), work);
    }

    /** Makes system calls on the host, on the calling thread where that is there. */
    public <T> T callOnHost(Deadline deadline, Supplier<T> systemCalls) {
        return hostNamespace.isOfCallingThread()
                ? systemCalls.get()
                : threads.callInside(hostNamespace, systemCalls, deadline);
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

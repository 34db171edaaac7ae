package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.socket.RouteSocketChannel;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Runs part of a test on a thread inside a namespace. */
final class NamespaceRunner {
    private NamespaceRunner() {}

    interface Work {
        void run() throws IOException;
    }

    static void run(TestbedNamespace namespace, Work work) throws IOException {
        try (NetlinkSessions sessions = NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE)) {
            sessions.threads()
                    .openInside(
                            TestbedInternals.file(namespace),
                            () -> {
                                try {
                                    work.run();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                                return () -> {};
                            },
                            Deadline.after(TestHost.TIMEOUT))
                    .close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A socket in the namespace of the calling thread. */
    static NetlinkSocket openSocket() {
        return new NetlinkSocket(
                RouteSocketChannel.forRequests(new ReceiveBuffers()), new RtnlCounter(), NetlinkFailPoint.NONE);
    }
}

package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** Runs part of a test on a thread inside a namespace. */
final class NamespaceRunner {
    private NamespaceRunner() {}

    interface Work {
        void run() throws IOException;
    }

    static void run(TestbedNamespace namespace, Work work) throws IOException {
        try (NetlinkSessions sessions = NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE)) {
            Supplier<Boolean> inside = () -> {
                try {
                    work.run();
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
            sessions.threads().callInside(TestbedInternals.file(namespace), inside, Deadline.after(TestHost.TIMEOUT));
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof UncheckedIOException unchecked) {
                throw unchecked.getCause();
            }
            throw e;
        }
    }
}

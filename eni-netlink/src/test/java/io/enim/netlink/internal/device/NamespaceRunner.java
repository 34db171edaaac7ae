package io.enim.netlink;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Runs a test's step on a thread inside a namespace. */
final class Inside {
    private Inside() {}

    /** What is done inside. */
    interface Step {
        void run() throws IOException;
    }

    static void of(NetworkNamespace namespace, Step step) throws IOException {
        try (Kernel kernel = Kernel.overCallingThread(NetlinkProbe.NONE)) {
            kernel.threads()
                    .open(
                            namespace.file(),
                            () -> {
                                try {
                                    step.run();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                                return () -> {};
                            },
                            Deadline.after(Stage.TIMEOUT))
                    .close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A socket in the namespace of the calling thread. */
    static NetlinkSocket socket() {
        return new NetlinkSocket(KernelChannel.forRequests(new ReceiveBuffers()), new RtnlCounter(), NetlinkProbe.NONE);
    }
}

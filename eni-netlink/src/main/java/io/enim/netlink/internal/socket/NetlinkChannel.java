// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Datagrams to and from the kernel. Used by one thread at a time. */
public interface NetlinkChannel extends QuietCloseable {
    /** The port the kernel answers to. */
    int port();

    /** Sends one datagram; the kernel has handled it, and queued its answers, when this returns. */
    void send(byte[] datagram);

    /**
     * Takes one datagram of the kernel if one is queued; never blocks. It is valid until the next call.
     *
     * @return null when none is queued
     * @throws NetlinkException ENOBUFS when the kernel had to drop some, or one was longer than any buffer here
     */
    @Nullable
    ByteBuffer receive();

    /** Waits until a datagram is queued or the time is up; may return before either. */
    void awaitReadable(int timeoutMillis);

    /** The descriptor; ioctls of network devices work on it as well. */
    int fd();
}

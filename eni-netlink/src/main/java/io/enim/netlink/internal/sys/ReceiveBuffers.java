// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Keeps a few buffers for receiving. A direct buffer is freed by the garbage collector only, and operations that
 * allocated their own would force collections for memory that is not on the heap. Safe for concurrent use.
 */
public final class ReceiveBuffers {
    /** Holds the 32 KiB parts of a dump ({@code netlink_recvmsg}) twice over. */
    static final int SIZE = 64 * 1024;

    /** Far above what the kernel makes of one link: its lists of names and of virtual functions have 64 KiB each. */
    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private static final int KEPT = 16;

    private final ArrayBlockingQueue<ByteBuffer> idle = new ArrayBlockingQueue<>(KEPT);

    public ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer;
    }

    /** Takes a buffer back, once per {@link #take}; drops it when enough are kept. */
    public void give(ByteBuffer buffer) {
        idle.offer(buffer);
    }
}

package io.enim.netlink.internal.sys;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a few buffers for receiving. A direct buffer is freed by the garbage collector only, and an operation that
 * allocated its own would make the collector run for the sake of memory it cannot see.
 */
public final class ReceiveBuffers {
    /** Holds the 32 KiB parts of a dump ({@code netlink_recvmsg}) twice over. */
    static final int SIZE = 64 * 1024;

    private static final int KEPT = 16;

    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger idleCount = new AtomicInteger();

    public ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        if (buffer == null) {
            return ByteBuffer.allocateDirect(SIZE);
        }
        idleCount.decrementAndGet();
        return buffer;
    }

    /** Takes a buffer back, once per {@link #take}. */
    public void give(ByteBuffer buffer) {
        if (idleCount.incrementAndGet() <= KEPT) {
            idle.add(buffer);
        } else {
            idleCount.decrementAndGet();
        }
    }
}

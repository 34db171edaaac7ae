package io.enim.provider.tck;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Threads that a bad implementation forgets to end. */
final class LeakedThreads {
    private static final Set<Thread> RUNNING = ConcurrentHashMap.newKeySet();

    private LeakedThreads() {}

    static void start() {
        Thread thread = new Thread(LeakedThreads::block, "leaked");
        thread.setDaemon(true);
        RUNNING.add(thread);
        thread.start();
    }

    /** Blocks until interrupted. */
    static void block() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void endAll() {
        RUNNING.forEach(Thread::interrupt);
        RUNNING.clear();
    }
}

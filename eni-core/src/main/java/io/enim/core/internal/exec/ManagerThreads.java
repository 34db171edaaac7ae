// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one manager, and what is done when the last of them has ended. Safe for concurrent use. */
public final class ManagerThreads {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerThreads.class);

    private final Runnable afterLast;
    /** Each running thread is a party, and so is the manager until it closes. */
    private final Phaser running = new Phaser(1) {
        @Override
        protected boolean onAdvance(int phase, int parties) {
            afterLast.run();
            return true;
        }
    };

    /** The action runs once: in {@link #awaitEnd} if all threads end in time, else on the last thread. */
    public ManagerThreads(Runnable afterLast) {
        this.afterLast = afterLast;
    }

    /** Makes daemon threads named {@code enim-PURPOSE-1}, {@code enim-PURPOSE-2} and so on. */
    public ThreadFactory named(String purpose) {
        AtomicInteger made = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(() -> run(work), "enim-" + purpose + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void run(Runnable work) {
        if (running.register() >= 0) { // Else all have ended, and none begins any more.
            try {
                work.run();
            } finally {
                running.arriveAndDeregister();
            }
        }
    }

    /** Waits for all threads to end, when their executors have been stopped. Called once; an interrupt ends the wait. */
    public void awaitEnd(Deadline deadline) {
        boolean interrupted = Thread.interrupted();
        int phase = running.arriveAndDeregister();
        try {
            running.awaitAdvanceInterruptibly(phase, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            int hung = running.getUnarrivedParties();
            LOG.warn("closed while {} threads hang in calls; the directories stay locked until they end", hung);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

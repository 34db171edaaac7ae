// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * The only source of a manager's threads, waits, elapsed time and random numbers: the JDK, or a simulation that decides
 * which thread runs next and when time passes. Safe for concurrent use.
 */
public interface Execution {
    Execution JDK = new JdkExecution();

    /** The nanoseconds of a clock that never goes back; the origin is arbitrary. */
    long nanoTime();

    /** A thread that is not started. */
    Thread newThread(Runnable work, String name);

    /** An executor that runs each task at once, and rejects one that would need more than so many threads. */
    ExecutorService pool(int maxThreads, ThreadFactory threads);

    /** A scheduler with so many threads, which are started now: later none may be to be had (P15). */
    ScheduledExecutorService scheduler(int threadCount, ThreadFactory threads);

    /** Waits for a future to complete; otherwise as {@link Future#get(long, java.util.concurrent.TimeUnit)}. */
    <T> T await(Future<T> future, Duration timeout) throws InterruptedException, ExecutionException, TimeoutException;

    /** A new generator, for tokens and jitter. */
    RandomGenerator random();

    /** Runs what callers attach to the futures they get, never on a thread of a manager; by default where the JDK does. */
    default Executor callbacks() {
        return new CompletableFuture<>().defaultExecutor();
    }

    /** The end of a time span that begins now. */
    default Deadline deadline(Duration timeout) {
        return new Deadline(timeout, this);
    }
}

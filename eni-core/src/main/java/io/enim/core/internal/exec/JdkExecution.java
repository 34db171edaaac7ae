// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** Threads, waits and time as the JDK has them. */
final class JdkExecution implements Execution {
    private static final long IDLE_SECONDS = 30;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Thread newThread(Runnable work, String name) {
        return new Thread(work, name);
    }

    @Override
    public ExecutorService pool(int maxThreads, ThreadFactory threads) {
        return new ThreadPoolExecutor(0, maxThreads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }

    @Override
    public ScheduledExecutorService scheduler(int threadCount, ThreadFactory threads) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(threadCount, threads);
        // Most timers are cancelled long before their time, which would keep what they hold until then.
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.prestartAllCoreThreads();
        return scheduler;
    }

    @Override
    public <T> T await(Future<T> future, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public RandomGenerator random() {
        return new SecureRandom();
    }
}

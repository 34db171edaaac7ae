package io.enim.core.chaos;

import io.enim.core.Overriding;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** The JDK's threads, which cannot be started at times, and timers, which are late at times. Safe for concurrent use. */
public final class ChaoticExecution implements Execution {
    private final Chaos chaos;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    public ChaoticExecution(Chaos chaos) {
        this.chaos = chaos;
    }

    /** The threads that have begun and not ended. */
    public List<String> running() {
        running.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        return running.stream().map(Thread::getName).sorted().toList();
    }

    @Override
    public Thread newThread(Runnable work, String name) {
        return new Thread(work, name) {
            @Override
            public synchronized void start() {
                if (chaos.threadsFail()) {
                    throw new OutOfMemoryError(Chaos.MARK + "unable to create native thread");
                }
                running.add(this);
                super.start();
            }

            @Override
            public void run() {
                try {
                    super.run();
                } finally {
                    running.remove(this);
                }
            }
        };
    }

    @Override
    public long nanoTime() {
        return JDK.nanoTime();
    }

    @Override
    public ExecutorService pool(int maxThreads, ThreadFactory threads) {
        return JDK.pool(maxThreads, threads);
    }

    @Override
    public ScheduledExecutorService scheduler(int threadCount, ThreadFactory threads) {
        ScheduledExecutorService punctual = JDK.scheduler(threadCount, threads);
        return Overriding.handling(ScheduledExecutorService.class, (self, method, arguments) -> {
            if (method.getName().equals("schedule")) {
                long delay = ((TimeUnit) arguments[2]).toNanos((Long) arguments[1]);
                arguments[1] = delay + chaos.timerLateness();
                arguments[2] = TimeUnit.NANOSECONDS;
            }
            return Overriding.invoke(punctual, method, arguments);
        });
    }

    @Override
    public <T> T await(Future<T> future, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        return JDK.await(future, timeout);
    }

    @Override
    public RandomGenerator random() {
        return JDK.random();
    }
}

package io.enim.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs each task at once, on an idle thread or a new one, as a ThreadPoolExecutor with a SynchronousQueue does. */
final class SimulatedPool extends AbstractExecutorService {
    /** Longer than the JDK's, which costs nothing here, while to start a thread does. */
    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long JDK_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A thread and the task it is to run next. */
    private static final class Worker {
        private @Nullable SimulatedThread thread;
        private @Nullable Runnable task;
        private long idleSince;
    }

    private final SimulatedProcess process;
    private final int maxThreads;
    private final ThreadFactory factory;
    private final Set<Worker> workers = new LinkedHashSet<>();
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final List<SimulatedThread> terminationWaiters = new ArrayList<>();
    private boolean shutdown;

    SimulatedPool(SimulatedProcess process, int maxThreads, ThreadFactory factory) {
        this.process = process;
        this.maxThreads = maxThreads;
        this.factory = factory;
    }

    @Override
    public void execute(Runnable task) {
        process.live();
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        Worker free = idle.peek();
        if (free != null) {
            if (process.nanoTime() - free.idleSince > JDK_IDLE_NANOS) {
                process.requireThread(); // The JDK would have to start one in its place.
            }
            idle.remove(free);
            free.task = task;
            process.scheduler().wake(free.thread);
            return;
        }
        if (workers.size() >= maxThreads) {
            throw new RejectedExecutionException("all " + maxThreads + " threads are busy");
        }
        Worker worker = new Worker();
        worker.task = task;
        worker.thread = (SimulatedThread) factory.newThread(() -> work(worker));
        worker.thread.start();
        workers.add(worker);
    }

    private void work(Worker worker) {
        try {
            while (worker.task != null) {
                Runnable task = worker.task;
                worker.task = null;
                task.run();
                Thread.interrupted();
                if (!shutdown) {
                    idle.push(worker);
                    worker.idleSince = process.nanoTime();
                    long end = worker.idleSince + IDLE_NANOS;
                    while (worker.task == null && !shutdown && process.nanoTime() < end) {
                        process.parkUntil(end);
                        Thread.interrupted();
                    }
                    idle.remove(worker);
                }
            }
        } finally {
            workers.remove(worker);
            idle.remove(worker);
            if (workers.isEmpty()) {
                terminationWaiters.forEach(process.scheduler()::wake);
            }
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
        return new SimulatedFuture<>(process.scheduler(), task);
    }

    @Override
    public void shutdown() {
        shutdown = true;
        List.copyOf(idle).forEach(worker -> process.scheduler().wake(worker.thread));
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List.copyOf(workers).forEach(worker -> worker.thread.interrupt());
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && workers.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = process.nanoTime() + unit.toNanos(timeout);
        terminationWaiters.add(process.scheduler().current());
        while (!isTerminated() && process.nanoTime() < end) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            process.parkUntil(end);
        }
        return isTerminated();
    }
}

package io.enim.core.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs tasks when they are due, as a ScheduledThreadPoolExecutor does. */
final class SimulatedTimers extends AbstractExecutorService implements ScheduledExecutorService {
    private final class Timer<T> extends SimulatedFuture<T> implements ScheduledFuture<T> {
        private final long due;
        private final long number;

        Timer(Callable<T> task, long due) {
            super(process.scheduler(), task);
            this.due = due;
            this.number = made++;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - process.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Timer<?> timer = (Timer<?>) other;
            return due == timer.due ? Long.compare(number, timer.number) : Long.compare(due, timer.due);
        }

        @Override
        protected void done() {
            super.done();
            if (isCancelled()) {
                queue.remove(this);
                timed();
            }
        }
    }

    private final SimulatedProcess process;
    private final PriorityQueue<Timer<?>> queue = new PriorityQueue<>();
    private final Set<SimulatedThread> workers = new LinkedHashSet<>();
    private final Set<SimulatedThread> idle = new LinkedHashSet<>();
    private long made;
    private boolean shutdown;

    SimulatedTimers(SimulatedProcess process, int threadCount, ThreadFactory factory) {
        this.process = process;
        for (int i = 0; i < threadCount; i++) {
            SimulatedThread thread = (SimulatedThread) factory.newThread(this::work);
            thread.start();
            workers.add(thread);
        }
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        process.live();
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        Timer<V> timer =
                new Timer<>(task, process.nanoTime() + Math.max(0, unit.toNanos(delay)) + process.timerLateness());
        queue.add(timer);
        timed();
        return timer;
    }

    /** The first idle thread waits for the first timer, the others until it has something to do. */
    private void timed() {
        long due = queue.isEmpty() ? Long.MAX_VALUE : queue.element().due;
        for (SimulatedThread thread : idle) {
            process.scheduler().parkedUntil(thread, due);
            due = Long.MAX_VALUE;
        }
    }

    private void work() {
        SimulatedThread self = process.scheduler().current();
        try {
            while (!shutdown) {
                Timer<?> next = queue.peek();
                if (next != null && next.due <= process.nanoTime()) {
                    queue.remove();
                    timed();
                    next.run();
                    Thread.interrupted();
                } else {
                    idle.add(self);
                    boolean isFirst = idle.iterator().next() == self;
                    process.parkUntil(next == null || !isFirst ? Long.MAX_VALUE : next.due);
                    idle.remove(self);
                    timed();
                    Thread.interrupted();
                }
            }
        } finally {
            workers.remove(self);
            idle.remove(self);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(Executors.callable(task), delay, unit);
    }

    @Override
    public void execute(Runnable task) {
        schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T> Future<T> submit(Callable<T> task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Future<?> submit(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("core schedules each time anew");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("core schedules each time anew");
    }

    @Override
    public void shutdown() {
        shutdown = true;
        List.copyOf(idle).forEach(process.scheduler()::wake);
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List.copyOf(workers).forEach(Thread::interrupt);
        List<Runnable> waiting = new ArrayList<>(queue);
        queue.clear();
        return waiting;
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
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("core stops timers and does not wait");
    }
}

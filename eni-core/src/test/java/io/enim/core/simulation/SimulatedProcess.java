package io.enim.core.simulation;

import io.enim.core.chaos.Chaos;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A process: its threads, which end when it is killed, each at the next thing it does. */
final class SimulatedProcess implements Execution {
    private final Scheduler scheduler;
    private final int number;
    private final Chaos chaos;
    private final Consumer<Throwable> uncaught;
    private final Set<SimulatedThread> threads = new LinkedHashSet<>();
    private boolean dead;

    SimulatedProcess(Scheduler scheduler, int number, Chaos chaos, Consumer<Throwable> uncaught) {
        this.scheduler = scheduler;
        this.number = number;
        this.chaos = chaos;
        this.uncaught = uncaught;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    boolean isDead() {
        return dead;
    }

    /** The names of the threads that run. */
    Set<SimulatedThread> threads() {
        return threads;
    }

    void kill() {
        dead = true;
        threads.forEach(scheduler::wake);
    }

    long timerLateness() {
        return chaos.timerLateness();
    }

    /** Throws when no thread can be started. */
    void requireThread() {
        if (chaos.threadsFail()) {
            throw new OutOfMemoryError("unable to create native thread: simulated");
        }
    }

    void begins(SimulatedThread thread) {
        requireThread();
        threads.add(thread);
    }

    void ends(SimulatedThread thread, @Nullable Throwable failed) {
        threads.remove(thread);
        if (failed != null && !dead) {
            uncaught.accept(failed);
        }
    }

    /** Ends the calling thread if the process is dead. */
    void live() {
        if (dead) {
            throw new ProcessDeath();
        }
    }

    /** Waits until this moment or until it is woken; a dead process's thread ends. */
    void parkUntil(long moment) {
        live();
        scheduler.parkUntil(moment);
        live();
    }

    @Override
    public long nanoTime() {
        return scheduler.now();
    }

    @Override
    public Thread newThread(Runnable work, String name) {
        return new SimulatedThread(scheduler, this, work, name + "@" + number);
    }

    @Override
    public ExecutorService pool(int maxThreads, ThreadFactory factory) {
        return new SimulatedPool(this, maxThreads, factory);
    }

    @Override
    public ScheduledExecutorService scheduler(int threadCount, ThreadFactory factory) {
        return new SimulatedTimers(this, threadCount, factory);
    }

    @Override
    public <T> T await(Future<T> future, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        live();
        long end = scheduler.now() + timeout.toNanos();
        if (!future.isDone()) {
            SimulatedThread self = scheduler.current();
            if (future instanceof CompletableFuture<?> completable) {
                completable.whenComplete((result, error) -> scheduler.wake(self));
            } else {
                ((SimulatedFuture<?>) future).wakeWhenDone(self);
            }
        }
        while (!future.isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (scheduler.now() >= end) {
                throw new TimeoutException();
            }
            parkUntil(end);
        }
        return future.get();
    }

    @Override
    public RandomGenerator random() {
        return scheduler.newRandom();
    }
}

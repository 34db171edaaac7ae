package io.enim.core.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A task of an executor; wakes those that wait for it. */
class SimulatedFuture<T> extends FutureTask<T> {
    private final Scheduler scheduler;
    private final List<SimulatedThread> waiting = new ArrayList<>();

    SimulatedFuture(Scheduler scheduler, Callable<T> task) {
        super(task);
        this.scheduler = scheduler;
    }

    void wakeWhenDone(SimulatedThread thread) {
        waiting.add(thread);
    }

    @Override
    protected void done() {
        waiting.forEach(scheduler::wake);
    }
}

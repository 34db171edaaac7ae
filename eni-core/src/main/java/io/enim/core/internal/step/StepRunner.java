package io.enim.core.internal.step;

import io.enim.EniMetrics;
import java.time.Duration;
import java.util.function.Supplier;

/** Runs steps: probe, measurement, report. Safe for concurrent use. */
public final class StepRunner {
    /** Hears of each step that ended. */
    @FunctionalInterface
    public interface Listener {
        /** Hears nothing. */
        Listener NONE = (step, outcome, took) -> {};

        /** Called on the thread that ran the step; {@code outcome} is {@code ok} or the error's simple name. */
        void ended(Step step, String outcome, Duration took);
    }

    private final FailPoint failPoint;
    private final EniMetrics metrics;

    public StepRunner(FailPoint probe, EniMetrics metrics) {
        this.failPoint = probe;
        this.metrics = metrics;
    }

    /** Runs a step with a result, and tells the listener how it ended. */
    public <T> T call(Step step, Listener listener, Supplier<T> work) {
        StepEvent event = new StepEvent();
        event.begin();
        long began = System.nanoTime();
        String outcome = "ok";
        try {
            failPoint.at(step, FailPoint.Side.BEFORE);
            T result = work.get();
            failPoint.at(step, FailPoint.Side.AFTER);
            return result;
        } catch (RuntimeException e) {
            outcome = e.getClass().getSimpleName();
            throw e;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            event.end();
            event.record(step, outcome);
            metrics.step(step.name(), outcome, took);
            listener.ended(step, outcome, took);
        }
    }

    /** Runs a step without a result. */
    public void run(Step step, Listener listener, Runnable work) {
        this.<Boolean>call(step, listener, () -> {
            work.run();
            return true;
        });
    }

    /** Runs a step nobody else listens to. */
    public <T> T call(Step step, Supplier<T> work) {
        return call(step, Listener.NONE, work);
    }

    /** Runs a step without a result that nobody else listens to. */
    public void run(Step step, Runnable work) {
        run(step, Listener.NONE, work);
    }
}

package io.enim.core.internal.step;

import io.enim.EniMetrics;
import java.time.Duration;
import java.util.function.Supplier;

/** Runs steps with their fail point, measurement and report. Immutable; safe for concurrent use. */
public final class StepRunner {
    /** Is told of each step that ended. */
    @FunctionalInterface
    public interface Listener {
        /** Does nothing. */
        Listener NONE = (step, outcome, took) -> {};

        /** Called on the thread that ran the step; {@code outcome} is {@code ok} or the error's simple name. */
        void ended(Step step, String outcome, Duration took);
    }

    private final FailPoint failPoint;
    private final EniMetrics metrics;
    private final Listener listener;

    /** A runner that tells no listener. */
    public StepRunner(FailPoint failPoint, EniMetrics metrics) {
        this(failPoint, metrics, Listener.NONE);
    }

    private StepRunner(FailPoint failPoint, EniMetrics metrics, Listener listener) {
        this.failPoint = failPoint;
        this.metrics = metrics;
        this.listener = listener;
    }

    /** The same runner, which tells this listener of its steps. */
    public StepRunner with(Listener newListener) {
        return new StepRunner(failPoint, metrics, newListener);
    }

    /** Runs a step with a result. Throws what the step or its fail point throws. */
    public <T> T call(Step step, Supplier<T> work) {
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

    /** Runs a step without a result; otherwise as {@link #call}. */
    public void run(Step step, Runnable work) {
        this.<Boolean>call(step, () -> {
            work.run();
            return true;
        });
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.step;

import io.enim.EniMetrics;
import java.time.Duration;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Runs steps with their fail point, measurement and report. Immutable; safe for concurrent use. */
public final class StepRunner {
    /** Is told of each step. */
    @FunctionalInterface
    public interface Listener {
        /** Called on the thread that is to run the step, which is not run if this throws. */
        default void begins(Step step) {}

        /** Called on the thread that ran the step; {@code outcome} is {@code ok} or the error's simple name. */
        void ended(Step step, String outcome, Duration took);
    }

    /** A JVM made by jlink may lack it. */
    private static final boolean HAS_RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private final FailPoint failPoint;
    private final EniMetrics metrics;
    private final Listener listener;

    public StepRunner(FailPoint failPoint, EniMetrics metrics) {
        this(failPoint, metrics, (step, outcome, took) -> {});
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
        // Without a recording the class of the event is not even loaded, which would take as long as twenty ADDs.
        @Nullable StepEvent event = HAS_RECORDER && FlightRecorder.isInitialized() ? StepEvent.begun(step) : null;
        long began = System.nanoTime();
        String outcome = "ok";
        try {
            listener.begins(step);
            failPoint.at(step, FailPoint.Side.BEFORE);
            T result = work.get();
            failPoint.at(step, FailPoint.Side.AFTER);
            return result;
        } catch (Throwable e) {
            outcome = e.getClass().getSimpleName();
            throw e;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (event != null) {
                event.end(outcome);
            }
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

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniMetrics;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.OperationReport;
import java.time.Duration;
import java.util.Map;

/** Measurements that a listener is told on its own thread: those that are measured go on at once. Safe for concurrent use. */
record ToldMetrics(EniMetrics listener, ListenerThread thread) implements EniMetrics {
    @Override
    public void operation(String operation, String outcome, Duration took) {
        thread.tell(() -> listener.operation(operation, outcome, took));
    }

    @Override
    public void ended(OperationReport operation) {
        thread.tell(() -> listener.ended(operation));
    }

    @Override
    public void step(String step, String outcome, Duration took) {
        thread.tell(() -> listener.step(step, outcome, took));
    }

    @Override
    public void cloudCall(String call, String outcome, Duration took) {
        thread.tell(() -> listener.cloudCall(call, outcome, took));
    }

    @Override
    public void cloudCallHeldBack(String call) {
        thread.tell(() -> listener.cloudCallHeldBack(call));
    }

    @Override
    public void enis(Map<EniState, Integer> counts) {
        Map<EniState, Integer> copy = Map.copyOf(counts);
        thread.tell(() -> listener.enis(copy));
    }

    @Override
    public void waiting(int adds) {
        thread.tell(() -> listener.waiting(adds));
    }

    @Override
    public void finding(GcReport.Kind kind, GcReport.Outcome outcome) {
        thread.tell(() -> listener.finding(kind, outcome));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Two listeners as one. What the first throws comes after the second was told. */
record BothMetrics(EniMetrics first, EniMetrics second) implements EniMetrics {
    private void tell(Consumer<EniMetrics> call) {
        try {
            call.accept(first);
        } finally {
            call.accept(second);
        }
    }

    @Override
    public void operation(String operation, String outcome, Duration took) {
        tell(each -> each.operation(operation, outcome, took));
    }

    @Override
    public void ended(OperationReport operation) {
        tell(each -> each.ended(operation));
    }

    @Override
    public void step(String step, String outcome, Duration took) {
        tell(each -> each.step(step, outcome, took));
    }

    @Override
    public void cloudCall(String call, String outcome, Duration took) {
        tell(each -> each.cloudCall(call, outcome, took));
    }

    @Override
    public void cloudCallHeldBack(String call) {
        tell(each -> each.cloudCallHeldBack(call));
    }

    @Override
    public void enis(Map<EniState, Integer> counts) {
        tell(each -> each.enis(counts));
    }

    @Override
    public void waiting(int adds) {
        tell(each -> each.waiting(adds));
    }

    @Override
    public void finding(GcReport.Kind kind, GcReport.Outcome outcome) {
        tell(each -> each.finding(kind, outcome));
    }
}

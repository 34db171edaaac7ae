// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.TimelineEntry;
import org.jspecify.annotations.Nullable;

/** One step of an operation. */
public record StepView(
        String at,
        String operation,
        String step,
        long micros,
        @Nullable String error) {
    public static StepView of(TimelineEntry entry) {
        return new StepView(
                entry.at().toString(),
                entry.operation(),
                entry.step(),
                entry.took().toNanos() / 1000,
                entry.error().orElse(null));
    }
}

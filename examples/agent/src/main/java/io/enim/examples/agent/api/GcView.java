// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.GcReport;
import java.util.List;

/** What one round of garbage collection found and did. */
public record GcView(String mode, String started, long millis, int examined, List<FindingView> findings) {
    public static GcView of(GcReport report) {
        return new GcView(
                report.mode().name(),
                report.started().toString(),
                report.took().toMillis(),
                report.examined(),
                report.findings().stream().map(FindingView::of).toList());
    }
}

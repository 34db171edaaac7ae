// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.GcReport.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finding of garbage collection. */
public record FindingView(
        String kind,
        String subject,
        @Nullable Map<String, String> endpoint,
        @Nullable String eni,
        String evidence,
        String action,
        String outcome,
        @Nullable List<String> remains) {
    static FindingView of(Finding finding) {
        return new FindingView(
                finding.kind().name(),
                finding.subject(),
                finding.endpoint().map(EndpointView::of).orElse(null),
                finding.eniId().orElse(null),
                finding.evidence(),
                finding.action(),
                finding.outcome().name(),
                finding.remains().isEmpty() ? null : finding.remains());
    }
}

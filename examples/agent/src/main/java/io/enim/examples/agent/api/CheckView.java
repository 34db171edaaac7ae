// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.CheckReport;
import java.util.List;
import java.util.Map;

/** How an endpoint's device differs from what was set up. */
public record CheckView(Map<String, String> endpoint, boolean ok, List<String> differences) {
    public static CheckView of(CheckReport report) {
        return new CheckView(
                EndpointView.of(report.endpoint()),
                report.isOk(),
                report.differences().stream()
                        .map(CheckReport.Difference::toString)
                        .toList());
    }
}

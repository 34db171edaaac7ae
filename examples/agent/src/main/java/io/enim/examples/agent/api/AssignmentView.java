// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.Assignment;
import io.enim.Route;
import io.enim.spi.DeviceBaseline;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An endpoint with the ENI that it holds. */
public record AssignmentView(
        Map<String, String> endpoint,
        String eni,
        String mac,
        @Nullable AddressView ipv4,
        @Nullable AddressView ipv6,
        String phase,
        @Nullable String netns,
        @Nullable String netnsId,
        @Nullable String homeName,
        @Nullable List<String> routes,
        String since,
        @Nullable String reason) {
    public static AssignmentView of(Assignment assignment) {
        List<String> routes = assignment.routes().stream().map(Route::toString).toList();
        return new AssignmentView(
                EndpointView.of(assignment.endpoint()),
                assignment.eni().id(),
                assignment.eni().mac().toString(),
                assignment.ipv4().map(AddressView::of).orElse(null),
                assignment.ipv6().map(AddressView::of).orElse(null),
                assignment.phase().name(),
                assignment.sandbox().map(sandbox -> sandbox.path().toString()).orElse(null),
                assignment.sandbox().map(sandbox -> sandbox.id().toString()).orElse(null),
                assignment.baseline().map(DeviceBaseline::name).orElse(null),
                routes.isEmpty() ? null : routes,
                assignment.since().toString(),
                assignment.reason().isEmpty() ? null : assignment.reason());
    }

    /** Both addresses in one text. */
    public String addresses() {
        String first = ipv4 == null ? "" : ipv4.address();
        return ipv6 == null ? first : (first + " " + ipv6.address()).strip();
    }
}

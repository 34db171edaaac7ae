// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.OperationStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operation that has not ended; {@code position} is its place among the ADDs that wait for an ENI. */
public record OperationView(
        Map<String, String> endpoint,
        String operation,
        String step,
        long stepMillis,
        long millis,
        @Nullable Integer position) {
    static OperationView of(OperationStatus status) {
        return new OperationView(
                EndpointView.of(status.endpoint()),
                status.operation(),
                status.step(),
                status.inStep().toMillis(),
                status.age().toMillis(),
                status.position().isPresent() ? status.position().getAsInt() : null);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.EniException;
import io.enim.EniManager;
import io.enim.Health;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A picture of the whole node: what {@code enim-agent top} and the status page show.
 *
 * @param at when it was taken, by the agent's clock
 * @param capacity how many ENIs the node may have; null while that is not known
 * @param enisUnknown why the ENIs are not known, in which case the list is empty; null when they are
 */
public record NodeView(
        String node,
        String at,
        StatusView health,
        @Nullable Integer capacity,
        @Nullable String enisUnknown,
        List<EniView> enis,
        List<AssignmentView> assignments,
        List<OperationView> operations,
        List<CloudView> clouds) {
    /** Takes the picture; blocks for a few seconds at most, while the provider or the device layer hangs. */
    public static NodeView of(EniManager manager, Health health, String node, Instant now) {
        String unknown = null;
        List<EniView> enis = List.of();
        OptionalInt capacity = OptionalInt.empty();
        try {
            enis = manager.enis().stream().map(EniView::of).toList();
            capacity = manager.capacity();
        } catch (EniException e) {
            // All else is shown all the same.
            unknown = String.valueOf(e.getMessage());
        }
        return new NodeView(
                node,
                now.toString(),
                StatusView.of(health, manager.heartbeats()),
                capacity.isPresent() ? capacity.getAsInt() : null,
                unknown,
                enis,
                manager.assignments().stream().map(AssignmentView::of).toList(),
                manager.operations().stream().map(OperationView::of).toList(),
                manager.cloudCalls().stream().map(CloudView::of).toList());
    }
}

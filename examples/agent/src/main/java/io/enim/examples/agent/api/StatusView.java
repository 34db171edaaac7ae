// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.Health;
import io.enim.Heartbeat;
import java.util.List;

/** Whether the node can serve endpoints, why not, and what each part of the manager does. */
public record StatusView(Health.Status status, List<String> reasons, List<Part> parts) {
    /** A part of the manager: a loop, the operations under way, or a call that hangs. */
    public record Part(String kind, String name, String activity, long seconds, boolean standsStill) {
        static Part of(Heartbeat beat) {
            return new Part(
                    beat.kind().name(), beat.name(), beat.activity(), beat.age().toSeconds(), beat.standsStill());
        }
    }

    public static StatusView of(Health health, List<Heartbeat> heartbeats) {
        return new StatusView(
                health.status(),
                health.reasons(),
                heartbeats.stream().map(Part::of).toList());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.health;

import io.enim.Assignment;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.Health;
import io.enim.Heartbeat;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What the node is now, read whenever the registry is asked: gauges {@code enim.health} by status, {@code enim.assignments} by
 * phase, {@code enim.capacity}, {@code enim.parts.standing.still} and {@code enim.agent.start.time}.
 */
public final class NodeGauges {
    private NodeGauges() {}

    /** Registers them; the registry keeps manager and health from then on. */
    public static void register(MeterRegistry registry, NodeHealth health, EniManager manager, Instant start) {
        for (Health.Status status : Health.Status.values()) {
            gauge("enim.health", () -> health.now().status() == status ? 1 : 0)
                    .description("1 for the status that the node has, 0 for the others")
                    .tag("status", status.name())
                    .register(registry);
        }
        for (Assignment.Phase phase : Assignment.Phase.values()) {
            gauge("enim.assignments", () -> count(manager, phase))
                    .description("endpoints that hold an ENI, by phase")
                    .tag("phase", phase.name())
                    .register(registry);
        }
        gauge("enim.capacity", () -> capacity(manager))
                .description("how many ENIs this node may have; NaN until the cloud has told")
                .register(registry);
        gauge("enim.parts.standing.still", () -> standingStill(manager))
                .description("loops and calls that do not go on; health and enim-agent status name them")
                .register(registry);
        gauge("enim.agent.start.time", () -> start.toEpochMilli() / 1000.0)
                .description("when the agent started, since the epoch")
                .baseUnit("seconds")
                .register(registry);
    }

    private static Gauge.Builder<Supplier<Number>> gauge(String name, Supplier<Number> value) {
        return Gauge.builder(name, value);
    }

    private static long count(EniManager manager, Assignment.Phase phase) {
        return manager.assignments().stream()
                .filter(assignment -> assignment.phase() == phase)
                .count();
    }

    private static double capacity(EniManager manager) {
        try {
            OptionalInt capacity = manager.capacity();
            return capacity.isPresent() ? capacity.getAsInt() : Double.NaN;
        } catch (EniException e) {
            return Double.NaN; // Not known now; health says why.
        }
    }

    private static long standingStill(EniManager manager) {
        return manager.heartbeats().stream().filter(Heartbeat::standsStill).count();
    }
}

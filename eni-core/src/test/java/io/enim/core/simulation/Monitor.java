package io.enim.core.simulation;

import io.enim.EniManager;
import io.enim.Health;
import java.time.Duration;
import java.util.Optional;

/** Looks at a manager now and then, as an agent does for its operator: whatever hangs, it has an answer soon, and a true one. */
final class Monitor {
    private static final Duration EVERY = Duration.ofMinutes(11);
    /** Listing waits for a second, and so do the heartbeats of devices. */
    private static final Duration LONGEST = Duration.ofSeconds(4);
    /** A DEL and its undo are over by then. */
    private static final Duration NAMED_WITHIN = Duration.ofMinutes(5);

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Requests requests;

    Monitor(SimulatedNode node, WorldEvents events, Requests requests) {
        this.node = node;
        this.events = events;
        this.requests = requests;
    }

    void look() {
        SimulatedProcess process = requests.process();
        requests.call("a look", LONGEST, Monitor::health, health -> requireTrue(health, process), e -> {});
        events.in(EVERY, this::look);
    }

    private static Health health(EniManager manager) {
        manager.enis();
        manager.assignments();
        return manager.health();
    }

    private void requireTrue(Health health, SimulatedProcess process) {
        Optional<String> hanging = node.calls.hangsSince(process, NAMED_WITHIN);
        if (hanging.isPresent() && health.status() == Health.Status.HEALTHY) {
            node.oracle.violated("P15: " + hanging.get() + ", and health says " + health);
        }
    }
}

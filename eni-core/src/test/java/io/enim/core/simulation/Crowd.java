package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.OverloadedException;
import java.time.Duration;

/** As many ADDs as there are places wait at once, while no ENI is free: no call is refused as one too many. */
final class Crowd {
    private static final Endpoint OTHER = Endpoint.of("default", "other", "c-0");

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Requests requests;

    Crowd(SimulatedNode node, WorldEvents events, Requests requests) {
        this.node = node;
        this.events = events;
        this.requests = requests;
    }

    void come() {
        for (int i = 0; i < node.maxOperations; i++) {
            Endpoint endpoint = Endpoint.of("default", "w" + i, "c-0");
            AddRequest request = AddRequest.forEndpoint(endpoint)
                    .timeout(Pods.TIMEOUT)
                    .whenEmpty(WhenEmpty.WAIT)
                    .build();
            requests.<Assignment>call(
                    "ADD",
                    Pods.TIMEOUT,
                    manager -> manager.add(request),
                    added -> node.oracle.violated("P1: " + added + " though every ENI is held"),
                    this::refused);
        }
        events.in(
                Duration.ofSeconds(10),
                () -> requests.call(
                        "CHECK", Pods.TIMEOUT, manager -> manager.check(OTHER), report -> {}, this::refused));
    }

    private void refused(Throwable error) {
        if (error instanceof OverloadedException) {
            node.oracle.violated("P15: a slot did not come back, or one that waits has it: " + error.getMessage());
        }
    }
}

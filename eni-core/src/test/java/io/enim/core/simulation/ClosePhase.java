package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The manager of a full node is closed and started again: while as many ADDs wait as there are places, which is soon done,
 * and while calls hang, which takes its time. Each caller has its answer when {@code close()} has returned, whatever hangs.
 */
final class ClosePhase {
    private static final Duration A_MOMENT = Duration.ofSeconds(3);
    private static final List<Place> OF_A_DEL = List.of(Place.DEVICES, Place.DISK, Place.PROVIDER);

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Pods pods;
    private final Requests requests;
    private final Random random;

    ClosePhase(SimulatedNode node, WorldEvents events, Pods pods, Requests requests) {
        this.node = node;
        this.events = events;
        this.pods = pods;
        this.requests = requests;
        this.random = node.scheduler.newRandom();
    }

    void whileAddsWait() {
        new Crowd(node, events, requests).come();
        events.runFor(A_MOMENT);
        requests.restart(false);
        events.runFor(Duration.ofMinutes(3));
    }

    /** All pods end, and their DELs hang. */
    void whileCallsHang() {
        Place place = OF_A_DEL.get(random.nextInt(OF_A_DEL.size()));
        Fault hangs = Fault.now(random.nextBoolean() ? Kind.DEAF : Kind.HANGS, place, 100);
        node.chaos.begins(hangs);
        node.trouble.begins(hangs);
        pods.endAll();
        events.runFor(A_MOMENT);
        requests.restart(false);
        events.runFor(Duration.ofMinutes(1));
        node.chaos.ends(hangs);
        node.trouble.ends(hangs);
        requests.allInTime();
    }
}

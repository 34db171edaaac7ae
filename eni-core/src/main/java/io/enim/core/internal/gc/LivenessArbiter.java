package io.enim.core.internal.gc;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.GcRequest;
import io.enim.spi.Liveness;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Weighs what is known of an endpoint. The runtime's word ends an endpoint whose namespace lingers; a namespace that is
 * gone ends it unless the runtime says it lives. Without the runtime, a namespace that is gone while its device did not
 * come home is a contradiction, and has to stay so for a while before it counts.
 */
final class LivenessArbiter {
    private final Liveness namespaces;
    private final List<Liveness> sources;
    private final Predicate<Assignment> deviceIsOnHost;
    private final Duration patience;
    private final Clock clock;
    private final ConcurrentHashMap<Endpoint, Instant> goneSince = new ConcurrentHashMap<>();

    /**
     * Makes a judge.
     *
     * @param namespaces judges by the namespace's identity
     * @param sources what the agent added
     * @param deviceIsHome whether the assignment's device is in the host namespace
     * @param patience how long a contradiction must last
     */
    LivenessArbiter(
            Liveness namespaces,
            List<Liveness> sources,
            Predicate<Assignment> deviceIsHome,
            Duration patience,
            Clock clock) {
        this.namespaces = namespaces;
        this.sources = List.copyOf(sources);
        this.deviceIsOnHost = deviceIsHome;
        this.patience = patience;
        this.clock = clock;
    }

    /** Says whether the endpoint lives, as of the round's request. */
    Verdict assess(Assignment assignment, GcRequest request, Instant asOf) {
        List<Verdict> told = new ArrayList<>();
        request.valid().ifPresent(valid -> told.add(listed(assignment, valid, asOf)));
        for (Liveness source : sources) {
            told.add(query(source, assignment));
        }
        Verdict namespace = query(namespaces, assignment);
        if (namespace.state() != State.GONE && !goneSince.isEmpty()) {
            goneSince.remove(assignment.endpoint());
        }
        // Every assignment comes by here in every round, mostly with nothing told: no streams.
        boolean alive = false;
        boolean gone = false;
        for (Verdict verdict : told) {
            alive |= verdict.state() == State.ALIVE;
            gone |= verdict.state() == State.GONE;
        }
        told.add(namespace);
        if (alive && (gone || namespace.state() == State.GONE)) {
            return new Verdict(State.UNKNOWN, "sources contradict each other: " + evidence(told));
        }
        if (alive || gone) {
            return new Verdict(alive ? State.ALIVE : State.GONE, evidence(told));
        }
        return namespace.state() == State.GONE ? byNamespace(assignment, evidence(told)) : namespace;
    }

    private Verdict byNamespace(Assignment assignment, String evidence) {
        if (deviceIsOnHost.test(assignment)) {
            return new Verdict(State.GONE, evidence + ", and its device is back home");
        }
        Instant now = clock.instant();
        Instant since = goneSince.computeIfAbsent(assignment.endpoint(), key -> now);
        Duration lasted = Duration.between(since, now);
        return lasted.compareTo(patience) >= 0
                ? new Verdict(State.GONE, evidence + " for " + lasted.toSeconds() + " s")
                : new Verdict(
                        State.UNKNOWN,
                        evidence + ", but its device did not come home; waiting "
                                + patience.minus(lasted).toSeconds() + " s more");
    }

    private static Verdict listed(Assignment assignment, Set<Endpoint> valid, Instant asOf) {
        if (valid.contains(assignment.endpoint())) {
            return new Verdict(State.ALIVE, "the caller lists it");
        }
        return assignment.since().isBefore(asOf)
                ? new Verdict(
                        State.GONE, "it is not among the " + valid.size() + " that the caller lists as of " + asOf)
                : new Verdict(State.UNKNOWN, "it is younger than the caller's list of " + asOf);
    }

    private static Verdict query(Liveness source, Assignment assignment) {
        try {
            return source.assess(assignment);
        } catch (RuntimeException e) {
            // A source that breaks its contract knows nothing; the round goes on and shows what it said.
            return new Verdict(State.UNKNOWN, "a source failed: " + e);
        }
    }

    private static String evidence(List<Verdict> verdicts) {
        return String.join("; ", verdicts.stream().map(Verdict::evidence).toList());
    }

    /** Forgets endpoints that are no more. */
    void forget(Predicate<Endpoint> isOver) {
        goneSince.keySet().removeIf(isOver);
    }
}

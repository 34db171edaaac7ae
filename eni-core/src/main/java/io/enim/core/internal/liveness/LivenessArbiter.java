// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.liveness;

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
 * Decides from all sources whether an endpoint is alive. The runtime's verdict ends an endpoint whose namespace still
 * exists; a missing namespace ends it unless the runtime says that it is alive. Without the runtime, a missing namespace
 * whose device did not return to the host is a contradiction, which must last for a while before it counts.
 */
public final class LivenessArbiter {
    private final NamespaceLiveness namespaces = new NamespaceLiveness();
    private final List<Liveness> sources;
    private final Predicate<Assignment> deviceIsOnHost;
    private final Duration patience;
    private final Clock clock;
    private final ConcurrentHashMap<Endpoint, Instant> goneSince = new ConcurrentHashMap<>();

    /**
     * An arbiter.
     *
     * @param sources the sources beside the namespaces themselves
     * @param deviceIsOnHost whether the assignment's device is on the host; what it throws is an unknown
     * @param patience how long a contradiction must last
     */
    public LivenessArbiter(
            List<Liveness> sources, Predicate<Assignment> deviceIsOnHost, Duration patience, Clock clock) {
        this.sources = List.copyOf(sources);
        this.deviceIsOnHost = deviceIsOnHost;
        this.patience = patience;
        this.clock = clock;
    }

    /** Reads what all assessments of a round share. */
    public void beginRound() {
        namespaces.refresh();
    }

    /** Whether there are sources beside the namespaces. */
    public boolean hasSources() {
        return !sources.isEmpty();
    }

    /** Decides whether the endpoint is alive, as of the round's request. */
    public Verdict assess(Assignment assignment, GcRequest request) {
        List<Verdict> verdicts = new ArrayList<>();
        request.valid().ifPresent(valid -> verdicts.add(listed(assignment, valid, request)));
        for (Liveness source : sources) {
            verdicts.add(query(source, assignment));
        }
        Verdict namespace = query(namespaces, assignment);
        if (namespace.state() != State.GONE && !goneSince.isEmpty()) {
            goneSince.remove(assignment.endpoint());
        }
        // This runs for every assignment in every round, mostly without a verdict: no streams.
        boolean alive = false;
        boolean gone = false;
        for (Verdict verdict : verdicts) {
            alive |= verdict.state() == State.ALIVE;
            gone |= verdict.state() == State.GONE;
        }
        verdicts.add(namespace);
        if (alive && (gone || namespace.state() == State.GONE)) {
            return new Verdict(State.UNKNOWN, "sources contradict each other: " + evidence(verdicts));
        }
        if (alive || gone) {
            return new Verdict(alive ? State.ALIVE : State.GONE, evidence(verdicts));
        }
        return namespace.state() == State.GONE ? byNamespace(assignment, evidence(verdicts)) : namespace;
    }

    private Verdict byNamespace(Assignment assignment, String evidence) {
        if (isDeviceOnHost(assignment)) {
            return new Verdict(State.GONE, evidence + ", and its device is back on the host");
        }
        Instant now = clock.instant();
        Instant since = goneSince.computeIfAbsent(assignment.endpoint(), key -> now);
        Duration lasted = Duration.between(since, now);
        return lasted.compareTo(patience) >= 0
                ? new Verdict(State.GONE, evidence + " for " + lasted.toSeconds() + " s")
                : new Verdict(
                        State.UNKNOWN,
                        evidence + ", but its device did not return to the host; waiting "
                                + patience.minus(lasted).toSeconds() + " s more");
    }

    private boolean isDeviceOnHost(Assignment assignment) {
        try {
            return deviceIsOnHost.test(assignment);
        } catch (RuntimeException | Error e) {
            return false; // Unknown: the contradiction has to last.
        }
    }

    private static Verdict listed(Assignment assignment, Set<Endpoint> valid, GcRequest request) {
        if (valid.contains(assignment.endpoint())) {
            return new Verdict(State.ALIVE, "the caller lists it");
        }
        return request.among().stream().anyMatch(older -> older.contains(assignment))
                ? new Verdict(State.GONE, "it is not among the " + valid.size() + " that the caller lists")
                : new Verdict(State.UNKNOWN, "it was added or changed after the caller's list was made");
    }

    private static Verdict query(Liveness source, Assignment assignment) {
        try {
            return source.assess(assignment);
        } catch (RuntimeException | Error e) {
            // A source that breaks its contract knows nothing; the round goes on and shows its error.
            return new Verdict(State.UNKNOWN, "a source failed: " + e);
        }
    }

    private static String evidence(List<Verdict> verdicts) {
        return String.join("; ", verdicts.stream().map(Verdict::evidence).toList());
    }

    /** Forgets endpoints that have ended. */
    public void forget(Predicate<Endpoint> isOver) {
        goneSince.keySet().removeIf(isOver);
    }
}

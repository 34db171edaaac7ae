// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.liveness;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;
import io.enim.Assignment.Sandbox;
import io.enim.Endpoint;
import io.enim.GcRequest;
import io.enim.SandboxPool;
import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import io.enim.spi.NamespaceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides from all sources whether an endpoint is alive.
 *
 * <ul>
 *   <li>A source that is certain ends an endpoint whose namespace still exists; one that is not contradicts the namespace.
 *   <li>A namespace that is gone from its path ends the endpoint if its device is back on the host.
 *   <li>Otherwise the path may be wrong and the namespace alive: unmounted here, or at the path of a process that ended while
 *       another lives on in it. That must last for a while; then the device is searched, and an endpoint whose device
 *       is in the recorded namespace is alive.
 *   <li>A source that says so without being certain has the device searched at once, also where the path cannot be examined.
 *   <li>Sources that contradict each other are an unknown.
 * </ul>
 */
public final class LivenessArbiter {
    private final NamespaceLiveness namespaces;
    private final List<Liveness> sources;
    private final Predicate<Assignment> deviceIsOnHost;
    private final Function<Assignment, Optional<NamespaceId>> deviceNamespace;
    private final Duration patience;
    private final Clock clock;
    private final ConcurrentHashMap<Endpoint, Contradiction> contradictions = new ConcurrentHashMap<>();

    /** A path that is gone while the device did not return, since when, and what is thought of it meanwhile. */
    private record Contradiction(Instant since, State state, String evidence) {}

    /**
     * An arbiter.
     *
     * @param disk where the namespaces are seen
     * @param sources the sources beside the namespaces themselves
     * @param deviceIsOnHost whether the assignment's device is on the host; what it throws is an unknown
     * @param deviceNamespace searches all namespaces but the host's for the assignment's device
     * @param patience how long a contradiction must last, and how long a search counts
     */
    public LivenessArbiter(
            Disk disk,
            List<Liveness> sources,
            Predicate<Assignment> deviceIsOnHost,
            Function<Assignment, Optional<NamespaceId>> deviceNamespace,
            Duration patience,
            Clock clock) {
        this.namespaces = new NamespaceLiveness(disk);
        this.sources = List.copyOf(sources);
        this.deviceIsOnHost = deviceIsOnHost;
        this.deviceNamespace = deviceNamespace;
        this.patience = patience;
        this.clock = clock;
    }

    /** Reads what all assessments of a round share, which examines this many assignments. */
    public void beginRound(int assignments) {
        namespaces.refresh(assignments);
    }

    /** Whether there are sources beside the namespaces. */
    public boolean hasSources() {
        return !sources.isEmpty();
    }

    /** Decides whether the endpoint is alive, as of the round's request: alive, certainly gone, or unknown. */
    public Verdict assess(Assignment assignment, GcRequest request) {
        List<Verdict> others = others(assignment, request);
        Verdict namespace = query(namespaces, assignment);
        State path = namespace.state();
        if (path == State.ALIVE && !contradictions.isEmpty()) {
            contradictions.remove(assignment.endpoint());
        }
        // This runs for every assignment in every round, mostly without another verdict: no streams, and no lists.
        boolean alive = false;
        boolean gone = false;
        boolean certain = false;
        for (Verdict verdict : others) {
            alive |= verdict.state() == State.ALIVE;
            certain |= verdict.state() == State.CERTAINLY_GONE;
            gone |= verdict.state() == State.GONE;
        }
        boolean isContradicted =
                alive ? gone || certain || path == State.GONE : gone && !certain && path == State.ALIVE;
        if (isContradicted) {
            return contradiction(evidence(others, namespace));
        }
        if (alive || certain) {
            return new Verdict(alive ? State.ALIVE : State.CERTAINLY_GONE, evidence(others, namespace));
        }
        if (path == State.GONE || gone && assignment.sandbox().isPresent()) {
            Verdict device = byDevice(assignment, gone, evidence(others, namespace));
            return gone && device.state() == State.ALIVE ? contradiction(device.evidence()) : device;
        }
        return gone ? new Verdict(State.CERTAINLY_GONE, evidence(others, namespace)) : namespace;
    }

    private static Verdict contradiction(String evidence) {
        return new Verdict(State.UNKNOWN, "sources contradict each other: " + evidence);
    }

    private List<Verdict> others(Assignment assignment, GcRequest request) {
        boolean isOwn = assignment.endpoint().namespace().equals(SandboxPool.NAMESPACE);
        if (isOwn || sources.isEmpty() && request.valid().isEmpty()) {
            return List.of(); // Of a sandbox that the manager made no runtime knows.
        }
        List<Verdict> verdicts = new ArrayList<>();
        request.valid().ifPresent(valid -> verdicts.add(listed(assignment, valid, request)));
        for (Liveness source : sources) {
            verdicts.add(query(source, assignment));
        }
        return verdicts;
    }

    private Verdict byDevice(Assignment assignment, boolean isToldGone, String evidence) {
        if (isDeviceOnHost(assignment)) {
            return new Verdict(State.CERTAINLY_GONE, evidence + ", and its device is back on the host");
        }
        Instant now = clock.instant();
        if (isToldGone && !contradictions.containsKey(assignment.endpoint())) {
            return bySearch(assignment, evidence, now);
        }
        Contradiction known = contradictions.computeIfAbsent(
                assignment.endpoint(),
                key -> new Contradiction(now, State.UNKNOWN, ", but its device did not return to the host"));
        Duration lasted = Duration.between(known.since(), now);
        if (lasted.compareTo(patience) >= 0) {
            return bySearch(assignment, evidence + " for " + lasted.toSeconds() + " s", now);
        }
        return known.state() == State.ALIVE
                ? new Verdict(State.ALIVE, evidence + known.evidence())
                : new Verdict(
                        State.UNKNOWN,
                        evidence + known.evidence() + "; waiting "
                                + patience.minus(lasted).toSeconds() + " s more");
    }

    /** The search enters every namespace, so what it finds counts as long as the contradiction had to last. */
    private Verdict bySearch(Assignment assignment, String evidence, Instant now) {
        Optional<NamespaceId> found;
        try {
            found = deviceNamespace.apply(assignment);
        } catch (RuntimeException | Error e) {
            String failed = ", and the search for its device failed: " + e.getMessage();
            contradictions.put(assignment.endpoint(), new Contradiction(now, State.UNKNOWN, failed));
            return new Verdict(State.UNKNOWN, evidence + failed);
        }
        boolean isInRecorded = found.filter(
                        assignment.sandbox().map(Sandbox::id).orElseThrow()::isSame)
                .isPresent();
        if (!isInRecorded) {
            String where = found.map(other -> "in another namespace, " + other).orElse("nowhere");
            return new Verdict(State.CERTAINLY_GONE, evidence + ", and its device is " + where);
        }
        String lives = ", but its namespace lives: a process or a mount keeps it, and its device is there";
        contradictions.put(assignment.endpoint(), new Contradiction(now, State.ALIVE, lives));
        return new Verdict(State.ALIVE, evidence + lives);
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
                ? new Verdict(State.CERTAINLY_GONE, "it is not among the " + valid.size() + " that the caller lists")
                : new Verdict(State.UNKNOWN, "it was added or changed after the caller's list was made");
    }

    private static Verdict query(Liveness source, Assignment assignment) {
        try {
            return requireNonNull(source.assess(assignment), "the verdict");
        } catch (RuntimeException | Error e) {
            // A source that breaks its contract knows nothing; the round goes on and shows its error.
            return new Verdict(State.UNKNOWN, "a source failed: " + e);
        }
    }

    private static String evidence(List<Verdict> others, Verdict namespace) {
        return Stream.concat(others.stream(), Stream.of(namespace))
                .map(Verdict::evidence)
                .collect(Collectors.joining("; "));
    }

    /** Forgets endpoints that have ended. */
    public void forget(Predicate<Endpoint> isOver) {
        contradictions.keySet().removeIf(isOver);
    }
}

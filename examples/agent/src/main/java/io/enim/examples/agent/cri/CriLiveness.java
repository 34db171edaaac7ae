// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cri;

import io.enim.Assignment;
import io.enim.spi.Liveness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides liveness from the sandboxes that the container runtime lists. A sandbox listed as ready is alive. One that was
 * listed and has been missing for the grace period is gone; shorter absences prove nothing, since a runtime may not list
 * a sandbox that it is working on. Everything else is unknown: no answer from the runtime, or a sandbox listed as not
 * ready, whose DEL is still to come. Then its namespace decides. Safe for concurrent use.
 *
 * <p>An endpoint that the runtime never listed may be another caller's: {@code podman} beside the kubelet's containerd,
 * or a containerd other than the one whose socket was configured. Its absence proves nothing.
 */
public final class CriLiveness implements Liveness, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CriLiveness.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** One list serves a whole round of garbage collection. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** A sandbox that was not asked about for so long no longer is an endpoint. */
    private static final Duration FORGET = Duration.ofHours(1);

    private final SandboxLister runtime;
    private final Duration gracePeriod;
    private final InstantSource clock;
    private final AtomicReference<@Nullable SandboxQuery> last = new AtomicReference<>();
    private final ConcurrentHashMap<String, Sighting> sightings = new ConcurrentHashMap<>();

    /** A query to the runtime: when it was sent, and its result. */
    private record SandboxQuery(Instant at, CompletableFuture<QueryResult> result) {
        boolean serves(Instant now) {
            return !result.isDone() || Duration.between(at, now).compareTo(FRESH) < 0;
        }
    }

    private record QueryResult(@Nullable PodSandboxes sandboxes, String failure) {}

    /** A sandbox that the runtime listed once: missing since when, if it is; and when it was last asked about. */
    private record Sighting(@Nullable Instant missingSince, Instant asked) {}

    CriLiveness(SandboxLister runtime, Duration gracePeriod, InstantSource clock) {
        this.runtime = runtime;
        this.gracePeriod = gracePeriod;
        this.clock = clock;
    }

    /**
     * Uses the runtime behind a socket. Does not connect yet; a runtime that does not run is no error.
     *
     * @param gracePeriod how long a sandbox must be missing to count as gone
     */
    public static CriLiveness at(Path socket, Duration gracePeriod) {
        InstantSource monotonic = () -> Instant.EPOCH.plusNanos(System.nanoTime());
        return new CriLiveness(new CriClient(socket, TIMEOUT), gracePeriod, monotonic);
    }

    @Override
    public Verdict assess(Assignment assignment) {
        SandboxQuery sandboxQuery = currentQuery();
        QueryResult queryResult = sandboxQuery.result().join();
        if (queryResult.sandboxes() == null) {
            return unknown("the runtime did not list its sandboxes: " + queryResult.failure());
        }
        String id = assignment.endpoint().containerId();
        return queryResult
                .sandboxes()
                .state(id)
                .map(state -> listed(id, state, sandboxQuery.at()))
                .orElseGet(() -> missing(id, sandboxQuery.at()));
    }

    private Verdict listed(String id, PodSandboxes.State state, Instant now) {
        sightings.put(id, new Sighting(null, now));
        return state == PodSandboxes.State.READY
                ? new Verdict(State.ALIVE, "the runtime lists sandbox " + id + " as ready")
                : unknown("the runtime lists sandbox " + id + " as not ready");
    }

    private Verdict missing(String id, Instant now) {
        Sighting sighting = sightings.computeIfPresent(id, (key, before) -> {
            Instant since = before.missingSince();
            return new Sighting(since == null ? now : since, now);
        });
        Instant since = sighting == null ? null : sighting.missingSince();
        if (since == null) {
            return unknown("the runtime has not listed sandbox " + id + " since the agent started");
        }
        Duration lasted = Duration.between(since, now);
        return lasted.compareTo(gracePeriod) >= 0
                ? new Verdict(
                        State.CERTAINLY_GONE,
                        "the runtime has not listed sandbox " + id + " for " + lasted.toSeconds() + " s")
                : unknown("the runtime no longer lists sandbox " + id + "; it counts as gone in "
                        + gracePeriod.minus(lasted).toSeconds() + " s");
    }

    private static Verdict unknown(String evidence) {
        return new Verdict(State.UNKNOWN, evidence);
    }

    /** The last query if it is fresh or still running, else a new one, which the calling thread executes. */
    private SandboxQuery currentQuery() {
        while (true) {
            SandboxQuery before = last.get();
            Instant now = clock.instant();
            if (before != null && before.serves(now)) {
                return before;
            }
            SandboxQuery next = new SandboxQuery(now, new CompletableFuture<>());
            if (last.compareAndSet(before, next)) {
                try {
                    next.result().complete(queryRuntime(before));
                } finally {
                    // Other threads wait for it, even if this one fails.
                    next.result().complete(new QueryResult(null, "the query was aborted"));
                }
                forget(now);
                return next;
            }
        }
    }

    private QueryResult queryRuntime(@Nullable SandboxQuery before) {
        try {
            return new QueryResult(runtime.list(), "");
        } catch (IOException | RuntimeException e) {
            if (before == null || before.result().join().sandboxes() != null) {
                LOG.warn("the runtime did not list its sandboxes; none counts as gone meanwhile: {}", e.toString());
            }
            return new QueryResult(null, String.valueOf(e.getMessage()));
        }
    }

    private void forget(Instant now) {
        Instant before = now.minus(FORGET);
        sightings.values().removeIf(sighting -> sighting.asked().isBefore(before));
    }

    @Override
    public void close() {
        runtime.close();
    }
}

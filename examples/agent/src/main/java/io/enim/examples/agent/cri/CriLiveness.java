package io.enim.examples.agent.cri;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;
import io.enim.spi.Liveness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges endpoints by what the container runtime knows. A sandbox that it lists as ready lives. One that it listed and
 * does not list any more is gone once that has lasted a while: a runtime that is in the middle of an operation may not
 * list what it works on. Everything else is unknown, above all when the runtime does not answer, and a sandbox that is
 * listed as not ready, whose DEL is still to come: its namespace decides. Safe for concurrent use.
 *
 * <p>An endpoint that the runtime never listed may be another caller's: {@code podman} beside the kubelet's containerd,
 * or another containerd than the one whose socket was configured. Its absence proves nothing.
 */
public final class CriLiveness implements Liveness, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CriLiveness.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** One list serves a round of garbage collection, which judges many. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** What nobody has asked about for so long is no endpoint any more. */
    private static final Duration FORGET = Duration.ofHours(1);

    private final SandboxLister runtime;
    private final AutoCloseable connection;
    private final Duration patience;
    private final Clock clock;
    private final AtomicReference<@Nullable SandboxQuery> last = new AtomicReference<>();
    private final ConcurrentHashMap<String, Sighting> sightings = new ConcurrentHashMap<>();

    /** A question to the runtime: when it was put, and what it knew or why nothing is known. */
    private record SandboxQuery(Instant at, CompletableFuture<QueryResult> result) {
        boolean serves(Instant now) {
            return !result.isDone() || Duration.between(at, now).abs().compareTo(FRESH) < 0;
        }
    }

    private record QueryResult(@Nullable PodSandboxes sandboxes, String failure) {}

    /** That the runtime listed a sandbox once; since when it does not, if so; and when somebody last asked. */
    private record Sighting(@Nullable Instant missingSince, Instant asked) {}

    CriLiveness(SandboxLister runtime, AutoCloseable connection, Duration patience, Clock clock) {
        this.runtime = runtime;
        this.connection = connection;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Asks the runtime behind a socket. Nothing is connected yet, and a runtime that is not there is no error.
     *
     * @param patience how long a sandbox must be missing to count as gone
     */
    public static CriLiveness at(Path socket, Duration patience) {
        CriClient client = new CriClient(requireNonNull(socket, "socket"), TIMEOUT);
        return new CriLiveness(client, client, requireNonNull(patience, "patience"), Clock.systemUTC());
    }

    @Override
    public Verdict assess(Assignment assignment) {
        SandboxQuery sandboxQuery = currentQuery();
        QueryResult queryResult = sandboxQuery.result().join();
        if (queryResult.sandboxes() == null) {
            return unknown("the runtime does not say which sandboxes exist: " + queryResult.failure());
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
        return lasted.compareTo(patience) >= 0
                ? new Verdict(
                        State.GONE, "the runtime has not known sandbox " + id + " for " + lasted.toSeconds() + " s")
                : unknown("the runtime does not know sandbox " + id + " any more; waiting "
                        + patience.minus(lasted).toSeconds() + " s more");
    }

    private static Verdict unknown(String evidence) {
        return new Verdict(State.UNKNOWN, evidence);
    }

    /** The last question if it is fresh or not answered yet, else a new one, which whoever puts it also answers. */
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
                    // Others wait for it, whatever became of this thread.
                    next.result().complete(new QueryResult(null, "the question was given up"));
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
                LOG.warn(
                        "the runtime does not say which sandboxes exist; none is held for gone meanwhile: {}",
                        e.toString());
            }
            return new QueryResult(null, String.valueOf(e.getMessage()));
        }
    }

    private void forget(Instant now) {
        Instant before = now.minus(FORGET);
        for (Map.Entry<String, Sighting> each : sightings.entrySet()) {
            if (each.getValue().asked().isBefore(before)) {
                sightings.remove(each.getKey(), each.getValue());
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (Exception e) { // AutoCloseable declares no narrower one.
            throw new IllegalStateException("the connection to the runtime could not be closed in order", e);
        }
    }
}

package io.enim.core.internal.pool;

import io.enim.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Endpoints that were refused for want of an ENI and may come back. Safe for concurrent use.
 *
 * <p>Bounded twice: in number, and in time, so that endpoints that never return do not keep ENIs coming (F15).
 */
final class Demand {
    private static final int MOST = 1024;
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private final ConcurrentHashMap<Endpoint, Instant> waiting = new ConcurrentHashMap<>();

    void refused(Endpoint endpoint, Instant now) {
        if (waiting.size() < MOST || waiting.containsKey(endpoint)) {
            waiting.put(endpoint, now);
        }
    }

    /** It was served, or ended. */
    void settled(Endpoint endpoint) {
        if (!waiting.isEmpty()) {
            waiting.remove(endpoint);
        }
    }

    int count(Instant now) {
        waiting.values().removeIf(since -> since.plus(REMEMBERED).isBefore(now));
        return waiting.size();
    }
}

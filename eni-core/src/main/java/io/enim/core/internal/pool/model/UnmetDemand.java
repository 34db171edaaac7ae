package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.InterfaceName;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Endpoints that were refused for want of an ENI and may come back. Safe for concurrent use.
 *
 * <p>A runtime that is refused ends that life, and comes back with another one of the same pod. So a wish is the pod's and
 * not the life's: an end does not take it back, and all lives of a pod wish for one ENI.
 *
 * <p>Bounded twice: in number, and in time, so that endpoints that never return do not keep ENIs coming (F15).
 */
final class Demand {
    private static final int MOST = 1024;
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private record Wish(String namespace, String name, InterfaceName interfaceName) {
        static Wish of(Endpoint endpoint) {
            return new Wish(endpoint.namespace(), endpoint.name(), endpoint.interfaceName());
        }
    }

    private final ConcurrentHashMap<Wish, Instant> waiting = new ConcurrentHashMap<>();

    void refused(Endpoint endpoint, Instant now) {
        Wish wish = Wish.of(endpoint);
        if (waiting.size() < MOST || waiting.containsKey(wish)) {
            waiting.put(wish, now);
        }
    }

    /** It was served. */
    void settled(Endpoint endpoint) {
        if (!waiting.isEmpty()) {
            waiting.remove(Wish.of(endpoint));
        }
    }

    int count(Instant now) {
        waiting.values().removeIf(since -> since.plus(REMEMBERED).isBefore(now));
        return waiting.size();
    }
}

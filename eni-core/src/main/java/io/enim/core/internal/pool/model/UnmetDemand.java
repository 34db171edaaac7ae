package io.enim.core.internal.pool.model;

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
public final class UnmetDemand {
    private static final int MAX_PODS = 1024;
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private record PodKey(String namespace, String name, InterfaceName interfaceName) {
        static PodKey of(Endpoint endpoint) {
            return new PodKey(endpoint.namespace(), endpoint.name(), endpoint.interfaceName());
        }
    }

    private final ConcurrentHashMap<PodKey, Instant> waiting = new ConcurrentHashMap<>();

    public void refused(Endpoint endpoint, Instant now) {
        PodKey podKey = PodKey.of(endpoint);
        if (waiting.size() < MAX_PODS || waiting.containsKey(podKey)) {
            waiting.put(podKey, now);
        }
    }

    /** It was served. */
    public void settled(Endpoint endpoint) {
        if (!waiting.isEmpty()) {
            waiting.remove(PodKey.of(endpoint));
        }
    }

    public int count(Instant now) {
        waiting.values().removeIf(since -> since.plus(REMEMBERED).isBefore(now));
        return waiting.size();
    }
}

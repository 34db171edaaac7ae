// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.sizing;

import io.enim.Endpoint;
import io.enim.InterfaceName;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pods that were recently refused for lack of an ENI and may be retried. Thread-safe.
 *
 * <p>A runtime that is refused deletes that sandbox, and retries with another one of the same pod. So demand is tracked per
 * pod, not per sandbox: deleting a sandbox does not withdraw it, and all sandboxes of a pod demand one ENI.
 *
 * <p>Bounded in number and in time, so that pods that never return do not keep ENIs being created (F15).
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
    /** No pod is forgotten before this. */
    private Instant firstEnd = Instant.MIN;

    /** The endpoint's pod wants an ENI, and has none yet. */
    public void refused(Endpoint endpoint, Instant now) {
        PodKey podKey = PodKey.of(endpoint);
        if (waiting.size() < MAX_PODS || waiting.containsKey(podKey)) {
            waiting.put(podKey, now);
        }
    }

    public void settled(Endpoint endpoint) {
        if (!waiting.isEmpty()) {
            waiting.remove(PodKey.of(endpoint));
        }
    }

    /** How many there are; called by one thread at a time. */
    public int count(Instant now) {
        if (firstEnd.isBefore(now)) {
            firstEnd = now.plus(REMEMBERED);
            waiting.values().removeIf(since -> {
                Instant end = since.plus(REMEMBERED);
                firstEnd = end.isBefore(firstEnd) && !end.isBefore(now) ? end : firstEnd;
                return end.isBefore(now);
            });
        }
        return waiting.size();
    }
}

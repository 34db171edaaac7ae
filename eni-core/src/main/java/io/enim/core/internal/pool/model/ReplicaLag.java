package io.enim.core.internal.pool.model;

import java.time.Duration;
import java.time.Instant;

/** How far the replicas that answer describes may be behind each other. */
final class ReplicaLag {
    /** Describes closer together than this may come from one stale replica, and count as one. */
    static final Duration MIN_APART = Duration.ofSeconds(10);

    private ReplicaLag() {}

    static boolean isApart(Instant first, Instant last) {
        return !first.plus(MIN_APART).isAfter(last);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool;

import io.enim.EniState;
import io.enim.Health.Status;
import io.enim.core.internal.pool.reconcile.PoolSnapshot;
import java.util.Map;

/**
 * Whether the next ADD gets an ENI (P20): {@code HEALTHY} if one is free, or if endpoints hold all that this node may have;
 * {@code DEGRADED} if one will be free without help, or if only the endpoints that have one are served; else
 * {@code UNAVAILABLE}.
 *
 * @param reason empty when an ENI is free
 * @param isReady whether the pool is as its settings want it: {@code HEALTHY}, or it keeps none free and can make one
 */
public record Outlook(Status status, String reason, boolean isReady) {
    static Outlook of(Map<EniState, Integer> counts, int awaited, PoolSnapshot pool, boolean keepsNone) {
        if (counts.containsKey(EniState.READY)) {
            return new Outlook(Status.HEALTHY, "", true);
        }
        int held = counts.getOrDefault(EniState.IN_USE, 0) + awaited;
        if (held > 0 && held >= pool.cap() && pool.described()) {
            return new Outlook(
                    Status.HEALTHY,
                    "this node is full: endpoints hold all " + held + " ENIs that it may have; to serve more, "
                            + pool.howToGetMore(),
                    true);
        }
        String now = "no ENI is free now" + (counts.isEmpty() ? "" : ": " + counts);
        if (counts.containsKey(EniState.RECYCLING) || pool.canGrow()) {
            return new Outlook(Status.DEGRADED, now + "; one will be", keepsNone && pool.described() && pool.canGrow());
        }
        String limit = pool.described() && pool.cap() == 0 ? "; this node may have none: " + pool.howToGetMore() : "";
        Status status = held > 0 ? Status.DEGRADED : Status.UNAVAILABLE;
        return new Outlook(status, now + limit + ", and none is on its way", false);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.Eni;
import io.enim.core.internal.pool.cooldown.Cooldowns;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The picture published after each round, for callers. Immutable.
 *
 * @param enis every ENI; for those that are leased, the leases are more recent
 * @param problems what prevents serving
 * @param cap the most ENIs that this node may have
 * @param retryAfter when an endpoint that was refused should retry
 */
public record PoolSnapshot(
        boolean described, Map<String, Eni> enis, List<String> problems, int cap, Duration retryAfter) {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    public static final PoolSnapshot EMPTY =
            new PoolSnapshot(false, Map.of(), List.of(PoolInventory.NOT_DESCRIBED), Integer.MAX_VALUE, USUAL);

    /** Takes the picture: the inventory's, with the problems of the pool's parts. */
    public static PoolSnapshot of(
            PoolInventory inventory, Cooldowns cooldowns, List<String> partProblems, int cap, Instant now) {
        Map<String, Eni> enis = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>(partProblems);
        inventory.enis.forEach((id, pooled) -> {
            pooled.published().ifPresent(eni -> enis.put(id, eni));
            if (!pooled.problem().isEmpty()) {
                problems.add(id + (pooled.isQuarantined() ? " is quarantined: " : ": ") + pooled.problem());
            }
        });
        inventory.foreign.forEach((id, eni) -> problems.add(
                id + " is attached here, but tagged " + eni.ownerTag().orElseThrow() + ", another node; left alone"));
        return new PoolSnapshot(
                inventory.isDescribed(),
                Collections.unmodifiableMap(enis),
                List.copyOf(problems),
                cap,
                retryAfter(inventory, cooldowns, now));
    }

    private static Duration retryAfter(PoolInventory inventory, Cooldowns cooldowns, Instant now) {
        if (!inventory.pendingCreates.isEmpty() || inventory.count(PooledEni::isProvisioning) > 0) {
            return USUAL;
        }
        return cooldowns
                .nextEnd()
                .map(until -> Duration.between(now, until))
                .map(left -> left.compareTo(SHORTEST) < 0 ? SHORTEST : left)
                .filter(left -> left.compareTo(LONGEST) < 0)
                .orElse(LONGEST);
    }
}

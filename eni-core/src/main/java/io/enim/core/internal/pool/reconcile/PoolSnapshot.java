package io.enim.core.internal.pool.reconcile;

import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.throttle.CallBudgetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the last round left, for those outside the rounds.
 *
 * @param looked whether the cloud was heard
 * @param enis every ENI, as the pool sees it; the shelf knows better about those on it
 * @param counts how many stood in which state
 * @param complaints what stands in the way
 * @param retryAfter when an endpoint that was refused should come back
 * @param budget calls made and allowed
 */
public record PoolSnapshot(
        boolean described,
        Map<String, Eni> enis,
        Map<EniState, Integer> counts,
        List<String> problems,
        Duration retryAfter,
        List<CallBudgetStatus> budget) {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    public static final PoolSnapshot EMPTY = new PoolSnapshot(
            false,
            Map.of(),
            Map.of(),
            List.of("the cloud was not heard since the start; nothing is offered before"),
            USUAL,
            List.of());

    public static PoolSnapshot of(
            PoolContext poolContext, CloudObserver cloudObserver, PoolScaler poolScaler, RoundSchedule roundSchedule) {
        PoolInventory poolInventory = poolContext.inventory();
        Map<String, Eni> enis = new LinkedHashMap<>();
        Map<EniState, Integer> counts = new EnumMap<>(EniState.class);
        List<String> complaints = new ArrayList<>(cloudObserver.problems(roundSchedule.now()));
        complaints.addAll(poolContext.gate().problems(roundSchedule.now()));
        if (poolScaler.isShort()) {
            poolContext.learnedQuota().problem().ifPresent(complaints::add);
        }
        for (PooledEni pooledEni : poolInventory.enis.values()) {
            pooledEni.published(state(pooledEni)).ifPresent(eni -> {
                enis.put(pooledEni.id, eni);
                counts.merge(pooledEni.lease.orElse(eni.state()), 1, Integer::sum);
            });
            if (!pooledEni.problem.isEmpty()) {
                complaints.add(pooledEni.id + (pooledEni.quarantined ? " is quarantined: " : ": ") + pooledEni.problem);
            }
        }
        poolInventory.foreign.forEach((id, eni) -> complaints.add(id + " is attached here and marked "
                + eni.ownerTag().orElseThrow() + ", another node; it is left alone"));
        return new PoolSnapshot(
                poolInventory.described,
                Collections.unmodifiableMap(enis),
                Collections.unmodifiableMap(counts),
                List.copyOf(complaints),
                retryAfter(poolInventory, roundSchedule),
                poolContext.gate().budget(roundSchedule.now()));
    }

    private static EniState state(PooledEni pooledEni) {
        if (pooledEni.isRetiring()) {
            return EniState.DETACHING;
        }
        return pooledEni.quarantined ? EniState.QUARANTINED : EniState.ATTACHING;
    }

    private static Duration retryAfter(PoolInventory poolInventory, RoundSchedule roundSchedule) {
        Optional<Instant> rested = poolInventory.cooldowns.entrySet().stream()
                .filter(entry -> Optional.ofNullable(poolInventory.enis.get(entry.getKey()))
                        .filter(pooledEni -> pooledEni.lease.isPresent())
                        .isPresent())
                .map(Map.Entry::getValue)
                .min(Instant::compareTo);
        boolean coming = !poolInventory.pendingCreates.isEmpty()
                || poolInventory.enis.values().stream().anyMatch(PooledEni::isProvisioning);
        if (coming) {
            return USUAL;
        }
        return rested.map(until -> Duration.between(roundSchedule.now(), until))
                .map(left -> left.compareTo(SHORTEST) < 0 ? SHORTEST : left)
                .map(left -> left.compareTo(LONGEST) > 0 ? LONGEST : left)
                .orElse(LONGEST);
    }
}

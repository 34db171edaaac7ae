// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.EniState;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.PoolInventory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What each round publishes for callers, beside the ENIs themselves, which are read where they are. Immutable.
 *
 * @param unleased how many ENIs that are not leased are in which state
 * @param problems what prevents serving, apart from what is wrong with single ENIs
 * @param cap the most ENIs that this node may have
 * @param knowsCap whether the cloud has told its limit; until then the cap is no more than there are
 * @param howToGetMore what would raise the cap
 * @param canGrow whether ENIs are on their way or may be created, and the cloud refuses nothing that they need
 * @param provisioning whether ENIs are on their way
 * @param nextFree when the next ENI that was released has cooled down, or has to be checked; before the first description, when
 *     the cloud is asked next
 */
public record PoolSnapshot(
        boolean described,
        Map<EniState, Integer> unleased,
        List<String> problems,
        int cap,
        boolean knowsCap,
        String howToGetMore,
        boolean canGrow,
        boolean provisioning,
        Instant nextFree) {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    public static final PoolSnapshot EMPTY = new PoolSnapshot(
            false,
            Map.of(),
            List.of(PoolInventory.NOT_DESCRIBED),
            Integer.MAX_VALUE,
            false,
            "wait until the cloud is described",
            false,
            true,
            Instant.MIN);

    /**
     * Takes the picture: the inventory's, with the problems of the pool's parts.
     *
     * @param nextDescribe when the cloud is asked next; in the past while it is being asked
     * @param savedForWaiting by how much a cooldown ends earlier for the endpoint that is told of it
     */
    public static PoolSnapshot of(
            PoolInventory inventory,
            List<String> partProblems,
            int cap,
            String howToGetMore,
            boolean canGrow,
            Instant nextDescribe,
            Duration savedForWaiting) {
        List<String> problems = new ArrayList<>(partProblems);
        inventory.foreign.forEach((id, eni) -> problems.add(
                id + " is attached here, but tagged " + eni.ownerTag().orElseThrow() + ", another node; left alone"));
        inventory
                .namesake()
                .ifPresent(
                        instance -> problems.add(
                                "ENIs tagged " + inventory.ownerTag()
                                        + ", as this node's are, are attached to instance " + instance
                                        + ": two nodes have one name (enim.node), or that one is to be ended; no ENI without an instance is used or deleted"));
        inventory.malformed.forEach((id, why) -> {
            if (inventory.enis.get(id) == null) {
                problems.add(id + ": " + why);
            }
        });
        Map<EniState, Integer> unleased = inventory.enis.unleased();
        return new PoolSnapshot(
                inventory.isDescribed(),
                unleased,
                List.copyOf(problems),
                cap,
                inventory.knowsAllowed(),
                howToGetMore,
                canGrow,
                !inventory.pendingCreates.isEmpty() || inventory.enis.count(Trait.PROVISIONING) > 0,
                inventory.isDescribed() ? nextFree(inventory, unleased, savedForWaiting) : nextDescribe);
    }

    private static Instant nextFree(
            PoolInventory inventory, Map<EniState, Integer> unleased, Duration savedForWaiting) {
        return unleased.getOrDefault(EniState.RECYCLING, 0) > 0
                ? Instant.MIN
                : inventory
                        .enis
                        .nextCooldownEnd()
                        .map(end -> end.minus(savedForWaiting))
                        .orElse(Instant.MAX);
    }

    /**
     * When an endpoint that is refused now should retry.
     *
     * @param recycles whether an ENI is recycling now: if it was released since this picture was taken, the next one tells
     */
    public Duration retryAfter(Instant now, boolean recycles) {
        Duration usual = provisioning ? USUAL : LONGEST;
        boolean isReleasedSince = recycles && nextFree.equals(Instant.MAX);
        if (isReleasedSince || nextFree.isBefore(now.plus(SHORTEST))) {
            return SHORTEST;
        }
        return nextFree.isBefore(now.plus(usual)) ? Duration.between(now, nextFree) : usual;
    }
}

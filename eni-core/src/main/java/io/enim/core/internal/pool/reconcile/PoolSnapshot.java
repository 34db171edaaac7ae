package io.enim.core.internal.pool;

import io.enim.Eni;
import io.enim.EniState;
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
record View(
        boolean looked,
        Map<String, Eni> enis,
        Map<EniState, Integer> counts,
        List<String> complaints,
        Duration retryAfter,
        List<CallBudget> budget) {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    static final View EMPTY = new View(
            false,
            Map.of(),
            Map.of(),
            List.of("the cloud was not heard since the start; nothing is offered before"),
            USUAL,
            List.of());

    static View of(Kit kit, Looks looks, Growth growth, Agenda agenda) {
        Inventory inventory = kit.inventory();
        Map<String, Eni> enis = new LinkedHashMap<>();
        Map<EniState, Integer> counts = new EnumMap<>(EniState.class);
        List<String> complaints = new ArrayList<>(looks.complaints(agenda.now()));
        complaints.addAll(kit.gate().complaints(agenda.now()));
        if (growth.isShort()) {
            kit.learned().complaint().ifPresent(complaints::add);
        }
        for (Member member : inventory.members.values()) {
            member.shown(state(member)).ifPresent(eni -> {
                enis.put(member.id, eni);
                counts.merge(member.shelved.orElse(eni.state()), 1, Integer::sum);
            });
            if (!member.trouble.isEmpty()) {
                complaints.add(member.id + (member.quarantined ? " is quarantined: " : ": ") + member.trouble);
            }
        }
        inventory.foreign.forEach((id, eni) -> complaints.add(
                id + " is attached here and marked " + eni.mark().orElseThrow() + ", another node; it is left alone"));
        return new View(
                inventory.looked,
                Collections.unmodifiableMap(enis),
                Collections.unmodifiableMap(counts),
                List.copyOf(complaints),
                retryAfter(inventory, agenda),
                kit.gate().budget(agenda.now()));
    }

    private static EniState state(Member member) {
        if (member.retires()) {
            return EniState.DETACHING;
        }
        return member.quarantined ? EniState.QUARANTINED : EniState.ATTACHING;
    }

    private static Duration retryAfter(Inventory inventory, Agenda agenda) {
        Optional<Instant> rested = inventory.rests.entrySet().stream()
                .filter(entry -> Optional.ofNullable(inventory.members.get(entry.getKey()))
                        .filter(member -> member.shelved.isPresent())
                        .isPresent())
                .map(Map.Entry::getValue)
                .min(Instant::compareTo);
        boolean coming = !inventory.creations.isEmpty()
                || inventory.members.values().stream().anyMatch(Member::isComing);
        if (coming) {
            return USUAL;
        }
        return rested.map(until -> Duration.between(agenda.now(), until))
                .map(left -> left.compareTo(SHORTEST) < 0 ? SHORTEST : left)
                .map(left -> left.compareTo(LONGEST) > 0 ? LONGEST : left)
                .orElse(LONGEST);
    }
}

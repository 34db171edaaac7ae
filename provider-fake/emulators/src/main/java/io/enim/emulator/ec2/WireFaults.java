package io.enim.provider.fake.ec2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Decides what befalls each request: what was announced for its action, else what the storm's dice say. */
final class Wire {
    private final Map<String, Deque<WireFault>> announced = new HashMap<>();
    private Random dice = new Random(0);
    private double share;
    private List<WireFault> kinds = List.of();

    synchronized void next(String action, List<WireFault> faults) {
        announced.computeIfAbsent(action, key -> new ArrayDeque<>()).addAll(faults);
    }

    synchronized void storm(long seed, double newShare, List<WireFault> newKinds) {
        dice = new Random(seed);
        share = newShare;
        kinds = List.copyOf(newKinds);
    }

    synchronized WireFault of(String action) {
        Deque<WireFault> coming = announced.get(action);
        if (coming != null && !coming.isEmpty()) {
            return coming.removeFirst();
        }
        boolean strikes = !kinds.isEmpty() && dice.nextDouble() < share;
        return strikes ? kinds.get(dice.nextInt(kinds.size())) : WireFault.NONE;
    }
}

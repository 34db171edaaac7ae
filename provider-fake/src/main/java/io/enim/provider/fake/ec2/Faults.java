package io.enim.provider.fake.ec2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Decides what befalls each request: what was announced for its action, else what the storm's dice say. */
final class Faults {
    private static final String ANY = "";

    private final Map<String, Deque<Fault>> announced = new HashMap<>();
    private Random dice = new Random(0);
    private double share;
    private List<Fault> kinds = List.of();

    synchronized void next(String action, List<Fault> faults) {
        announced.computeIfAbsent(action, key -> new ArrayDeque<>()).addAll(faults);
    }

    synchronized void next(List<Fault> faults) {
        next(ANY, faults);
    }

    synchronized void storm(long seed, double newShare, List<Fault> newKinds) {
        dice = new Random(seed);
        share = newShare;
        kinds = List.copyOf(newKinds);
    }

    synchronized Fault of(String action) {
        for (String key : List.of(action, ANY)) {
            Deque<Fault> coming = announced.get(key);
            if (coming != null && !coming.isEmpty()) {
                return coming.removeFirst();
            }
        }
        boolean strikes = !kinds.isEmpty() && dice.nextDouble() < share;
        return strikes ? kinds.get(dice.nextInt(kinds.size())) : Fault.NONE;
    }
}

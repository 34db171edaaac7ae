package io.enim.emulator.ec2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Chooses the fault of each request: the scripted ones of its action first, then at random. */
final class WireFaults {
    private final Map<String, Deque<WireFault>> scripted = new HashMap<>();
    private Random random = new Random(0);
    private double rate;
    private List<WireFault> kinds = List.of();

    synchronized void injectNext(String action, List<WireFault> faults) {
        scripted.computeIfAbsent(action, key -> new ArrayDeque<>()).addAll(faults);
    }

    synchronized void injectRandomly(long seed, double newRate, List<WireFault> newKinds) {
        random = new Random(seed);
        rate = newRate;
        kinds = List.copyOf(newKinds);
    }

    synchronized WireFault drawFor(String action) {
        Deque<WireFault> coming = scripted.get(action);
        if (coming != null && !coming.isEmpty()) {
            return coming.removeFirst();
        }
        boolean faulty = !kinds.isEmpty() && random.nextDouble() < rate;
        return faulty ? kinds.get(random.nextInt(kinds.size())) : WireFault.NONE;
    }
}

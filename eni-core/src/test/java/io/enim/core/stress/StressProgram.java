package io.enim.core.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What several threads do to one node, all beginning together.
 *
 * @param enis how many ENIs the node may have
 * @param supply whether it has them all the time
 * @param threads what each thread does
 */
record StressProgram(int enis, Supply supply, List<List<StressAction>> threads) {
    /** How the pool keeps its ENIs. */
    enum Supply {
        /** All of them, ready again as soon as they are given back. */
        FIXED,
        /** One ahead of need, retired soon, and each cools down after use. */
        ELASTIC
    }

    StressProgram {
        threads = threads.stream().map(List::copyOf).toList();
    }

    /** The smallest that still fails, by leaving out one action after the other. */
    StressProgram shrunk(Predicate<StressProgram> fails) {
        for (int thread = 0; thread < threads.size(); thread++) {
            for (int i = 0; i < threads.get(thread).size(); i++) {
                StressProgram smaller = without(thread, i);
                if (fails.test(smaller)) {
                    return smaller.shrunk(fails);
                }
            }
        }
        return this;
    }

    private StressProgram without(int thread, int index) {
        List<List<StressAction>> left = new ArrayList<>(threads);
        List<StressAction> actions = new ArrayList<>(left.get(thread));
        actions.remove(index);
        left.set(thread, actions);
        left.removeIf(actionsOfOne -> actionsOfOne.isEmpty() && threads.size() > 1);
        return new StressProgram(enis, supply, left);
    }

    int length() {
        return threads.stream().mapToInt(List::size).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(enis + " ENIs, " + supply);
        for (int thread = 0; thread < threads.size(); thread++) {
            text.append("; t").append(thread).append(": ").append(threads.get(thread));
        }
        return text.toString();
    }
}

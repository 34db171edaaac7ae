package io.enim.benchmarks.device;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets contenders take turns, each round beginning with another one, so that none always follows the same one. */
public final class InterleavedRounds {
    /**
     * A contender and how often it runs at most.
     *
     * @param most fewer than the others' rounds for what takes seconds each time
     */
    record Entry(Contender contender, int most) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds one that runs in every round. */
    public InterleavedRounds with(Contender contender) {
        return with(contender, Integer.MAX_VALUE);
    }

    /** Adds one that runs in the first rounds only. */
    public InterleavedRounds with(Contender contender, int most) {
        entries.add(new Entry(contender, most));
        return this;
    }

    /**
     * Runs; what each took, in the order in which they were added.
     *
     * @param warmUp rounds before, which count for nothing: a JVM is slow at first, and this is about agents that run
     */
    public Map<Contender, ContenderTimes> run(int warmUp, int rounds) {
        Map<Contender, ContenderTimes> times = new LinkedHashMap<>();
        entries.forEach(entry -> times.put(entry.contender(), new ContenderTimes()));
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(Math.floorMod(i + round, entries.size()));
                if (round < entry.most() && (round >= 0 || entry.most() == Integer.MAX_VALUE)) {
                    Contender.Timing add = entry.contender().add();
                    Contender.Timing del = entry.contender().del();
                    if (round >= 0) {
                        requireNonNull(times.get(entry.contender())).add(add, del);
                    }
                }
            }
        }
        return times;
    }

    /** Ends all contenders. */
    public void close() {
        entries.forEach(entry -> entry.contender().close());
    }
}

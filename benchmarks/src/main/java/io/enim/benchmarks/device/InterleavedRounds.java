// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs contenders in turn, each round beginning with another one, so that none always follows the same one. */
public final class InterleavedRounds {
    /** A contender, and its rounds: fewer than the others' for one that takes seconds each time. */
    private record Entry(String name, Contender contender, int most) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a contender, under its name on the page, that runs in every round. */
    public InterleavedRounds with(String name, Contender contender) {
        return with(name, contender, Integer.MAX_VALUE);
    }

    /** Adds a contender that runs in the first rounds only. */
    InterleavedRounds with(String name, Contender contender, int most) {
        entries.add(new Entry(name, contender, most));
        return this;
    }

    /**
     * Runs all rounds and ends the contenders; the times by contender's name, in the order of their addition.
     *
     * @param warmUp rounds before that are not counted: a JVM is slow at first, and agents run for long
     */
    public Map<String, ContenderTimes> measure(int warmUp, int rounds) {
        Map<String, ContenderTimes> times = new LinkedHashMap<>();
        entries.forEach(entry -> times.put(entry.name(), new ContenderTimes()));
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(Math.floorMod(i + round, entries.size()));
                if (round < entry.most() && (round >= 0 || entry.most() == Integer.MAX_VALUE)) {
                    Contender.Timing add = entry.contender().add();
                    Contender.Timing del = entry.contender().del();
                    if (round >= 0) {
                        requireNonNull(times.get(entry.name())).add(add, del);
                    }
                }
            }
        }
        entries.forEach(entry -> entry.contender().close());
        return times;
    }
}

package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A seed, a time and faults: all that decides a run, which so replays to the letter. */
record Scenario(long seed, Duration time, List<Fault> faults, Supplier<Flaw> flaw) {
    static Scenario of(long seed, Duration time, Supplier<Flaw> flaw) {
        return new Scenario(seed, time, FaultMix.draw(seed, time), flaw);
    }

    Set<Fault.Kind> kinds() {
        return faults.stream().map(Fault::kind).collect(Collectors.toSet());
    }

    /** The same without a bug. */
    Scenario sound() {
        return new Scenario(seed, time, faults, Flaw::new);
    }

    NodeRun.Outcome run() throws InterruptedException {
        return new NodeRun(this).run();
    }

    /** The same promise is broken with fewer faults: many at once are left out, then one at a time. */
    Scenario shrunk() throws InterruptedException {
        String promise = run().promise();
        Scenario least = this;
        for (int size = Math.max(1, faults.size()); size > 0; size /= 2) {
            for (int end = least.faults.size(); end > 0; end -= size) {
                Scenario tried = least.without(Math.max(0, end - size), end);
                if (tried.run().promise().equals(promise)) {
                    least = tried;
                }
            }
        }
        return least;
    }

    private Scenario without(int from, int to) {
        List<Fault> fewer = new ArrayList<>(faults);
        fewer.subList(from, to).clear();
        return new Scenario(seed, time, fewer, flaw);
    }

    @Override
    public String toString() {
        return "-Denim.simulation.seed=" + seed + " -Denim.simulation.hours=" + time.toHours()
                + faults.stream().map(fault -> "\n  " + fault).collect(Collectors.joining());
    }
}

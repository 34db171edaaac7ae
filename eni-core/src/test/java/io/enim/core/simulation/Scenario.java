package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A seed, a time and faults: all that decides a run, which so replays to the letter. */
record Scenario(long seed, Duration time, List<Fault> faults, Flaw flaw) {
    static Scenario of(long seed, Duration time, Flaw flaw) {
        return new Scenario(seed, time, FaultMix.draw(seed, time), flaw);
    }

    NodeRun.Outcome run() throws InterruptedException {
        return new NodeRun(this).run();
    }

    /** The same failure with fewer faults: each is left out that it does not need. */
    Scenario shrunk() throws InterruptedException {
        Scenario least = this;
        for (int i = faults.size() - 1; i >= 0; i--) {
            List<Fault> fewer = new ArrayList<>(least.faults);
            fewer.remove(i);
            Scenario tried = new Scenario(seed, time, fewer, flaw);
            if (!tried.run().violations().isEmpty()) {
                least = tried;
            }
        }
        return least;
    }

    @Override
    public String toString() {
        return "-Denim.simulation.seed=" + seed + " -Denim.simulation.hours=" + time.toHours()
                + faults.stream().map(fault -> "\n  " + fault).collect(Collectors.joining());
    }
}

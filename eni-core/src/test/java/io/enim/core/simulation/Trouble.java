package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that last, and since when it has been these. */
final class Trouble {
    private static final Duration ALONE = Duration.ofMinutes(2);

    private final Scheduler scheduler;
    private final List<Fault> active = new ArrayList<>();
    private long changed;

    Trouble(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void begins(Fault fault) {
        active.add(fault);
        changed = scheduler.now();
    }

    void ends(Fault fault) {
        active.remove(fault);
        changed = scheduler.now();
    }

    void heal() {
        active.clear();
        changed = scheduler.now();
    }

    /** How long nothing has been wrong; zero while something is. */
    Duration calm() {
        return active.isEmpty() ? Duration.ofNanos(scheduler.now() - changed) : Duration.ZERO;
    }

    /** The fault that is active alone, if one is and has been alone for a while. */
    Optional<Fault> only() {
        boolean isAlone = active.size() == 1 && scheduler.now() - changed > ALONE.toNanos();
        return isAlone ? Optional.of(active.get(0)) : Optional.empty();
    }
}

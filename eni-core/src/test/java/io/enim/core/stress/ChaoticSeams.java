package io.enim.core.stress;

import io.enim.EniMetrics;
import io.enim.core.BuilderSeams;
import io.enim.core.Enim;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.ChaoticExecution;
import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.MachinePace;
import io.enim.core.chaos.Seams;
import io.enim.core.chaos.Strike;
import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What a machine's managers call, any of which can go wrong. Safe for concurrent use. */
final class ChaoticSeams {
    private static final int CHANCE = 40;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Chaos chaos = new Chaos(new MachinePace(1));
    private final ChaoticExecution execution = new ChaoticExecution(chaos);

    /** A manager that is built so has its threads, records, measurements and knowledge of endpoints through here. */
    Enim.Builder around(Enim.Builder builder, Liveness runtime) {
        return BuilderSeams.machine(builder, execution, around(Place.DISK, Disk.OF_THE_MACHINE))
                .metrics(around(Place.METRICS, EniMetrics.NONE))
                .liveness(around(Place.LIVENESS, runtime));
    }

    <T> T around(Place place, T target) {
        return Seams.around(chaos, place, target);
    }

    /** Is told of each call that goes wrong. */
    void onStrike(Consumer<String> watcher) {
        chaos.onStrike(watcher);
    }

    void disturb(StressAction action) {
        Strike strike = action.strike();
        if (action.verb() == StressAction.Verb.CALL_STRUCK) {
            chaos.next(strike);
        } else {
            Kind ofProcess = action.subject() % 2 == 0 ? Kind.NO_THREADS : Kind.LATE_TIMERS;
            chaos.begins(Fault.now(action.life() == 0 ? strike.kind() : ofProcess, strike.place(), CHANCE));
        }
    }

    /** Every call of an operation goes wrong, until the faults end. */
    void begins(Strike strike) {
        chaos.begins(strike);
    }

    void heal() {
        chaos.heal();
    }

    /** The calls that hang now until they are interrupted. */
    Set<Chaos.Call> interruptible() {
        return chaos.interruptible();
    }

    int hanging() {
        return chaos.hanging();
    }

    /** What closed managers have left: threads, and open files below a directory. */
    List<String> left(String directory) {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (!execution.running().isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        List<String> left = new ArrayList<>(execution.running());
        left.addAll(OpenFiles.below(directory));
        return left;
    }
}

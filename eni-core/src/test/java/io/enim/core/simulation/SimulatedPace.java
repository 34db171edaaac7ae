package io.enim.core.simulation;

import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Pace;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Virtual time of the process that the running thread is of. Guarded by the baton. */
final class SimulatedPace implements Pace {
    private static final Duration LATE = Duration.ofSeconds(70);

    private final Scheduler scheduler;
    private final CallOracle oracle;
    private final Random random;
    private Runnable onCall = () -> {};

    SimulatedPace(Scheduler scheduler, CallOracle oracle) {
        this.scheduler = scheduler;
        this.oracle = oracle;
        this.random = scheduler.newRandom();
    }

    /** Is called first at every call. */
    void onCall(Runnable watcher) {
        onCall = watcher;
    }

    @Override
    public long nanoTime() {
        return scheduler.now();
    }

    @Override
    public int random(int bound) {
        return random.nextInt(bound);
    }

    private @Nullable SimulatedProcess process() {
        return scheduler.current().process();
    }

    @Override
    public boolean isExposed() {
        return process() != null;
    }

    @Override
    public void begin(Place place, String operation) {
        scheduler.note(operation.hashCode());
        oracle.begins(scheduler.current(), place, operation);
        process().parkUntil(scheduler.now() + usual(place));
    }

    /** How long a call takes when nothing is wrong, in nanoseconds. */
    private long usual(Place place) {
        return switch (place) {
            case CLOUD -> 20_000_000L + random.nextInt(300_000_000);
            case DEVICES -> random.nextInt(20) == 0 ? random.nextInt(300_000_000) : random.nextInt(2_000_000);
            case DISK -> random.nextInt(2_000_000);
            case PROVIDER, LIVENESS, METRICS -> random.nextInt(1_000);
        };
    }

    @Override
    public void cross() {
        SimulatedProcess process = process();
        process.live();
        onCall.run();
        process.live();
        scheduler.yieldNow();
        process.live();
    }

    @Override
    public void pause(long nanos, boolean deaf) {
        SimulatedThread self = scheduler.current();
        oracle.hangs(self, deaf);
        self.deaf(deaf);
        process().parkUntil(scheduler.now() + nanos);
        self.deaf(false);
        oracle.hangsNoMore(self);
    }

    @Override
    public long lateNanos() {
        return LATE.toNanos() + random.nextInt(60) * 1_000_000_000L;
    }
}

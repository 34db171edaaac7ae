package io.enim.core.chaos;

import io.enim.core.chaos.Fault.Place;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Real threads and the machine's time. Safe for concurrent use; the seed decides what is drawn, not by which call. */
public final class MachinePace implements Pace {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int LATEST_MILLIS = 1_500;

    private final Random random;

    public MachinePace(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public int random(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public boolean isExposed() {
        return true;
    }

    @Override
    public void begin(Place place, String operation) {}

    @Override
    public void cross() {}

    @Override
    public void pause(long nanos, boolean deaf) {
        boolean interrupted = deaf && Thread.interrupted();
        LockSupport.parkNanos(Math.min(nanos, POLL_NANOS));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Some are before the usual deadlines of a test, and some after. */
    @Override
    public long lateNanos() {
        return TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(LATEST_MILLIS));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Runs events in the order of their time; of two at one time, the one scheduled first. Single-threaded. */
final class Simulation {
    private record Event(long at, long number, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final SplittableRandom random;
    private long now;
    private long scheduled;

    Simulation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    void after(long millis, Runnable action) {
        at(now + Math.max(0, millis), action);
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(time, now), scheduled++, action));
    }

    /** A time from low to high, all equally likely. */
    long between(long low, long high) {
        return low + (long) (random.nextDouble() * (high - low));
    }

    /** A time that is exponentially distributed around this mean. */
    long around(long mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean);
    }

    /** A time within a quarter of this one. */
    long jittered(long millis) {
        return between(millis - millis / 4, millis + millis / 4);
    }

    /** Runs the events up to this time. */
    void run(long until) {
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event event = events.remove();
            now = event.at();
            event.action().run();
        }
        now = Math.max(now, until);
    }
}

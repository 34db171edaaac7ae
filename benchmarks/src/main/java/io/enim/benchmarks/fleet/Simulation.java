package io.enim.benchmarks.fleet;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Events in the order of their time, and of two at one time the one that was planned first. One thread. */
final class Simulation {
    private record Event(long at, long number, Runnable deed) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private long now;
    private long planned;

    Simulation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    void after(long millis, Runnable deed) {
        at(now + Math.max(0, millis), deed);
    }

    void at(long time, Runnable deed) {
        events.add(new Event(Math.max(time, now), planned++, deed));
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

    /** Lets happen what is planned until this moment. */
    void run(long until) {
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event event = events.remove();
            now = event.at();
            event.deed().run();
        }
        now = Math.max(now, until);
    }
}

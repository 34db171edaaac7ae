package io.enim.core.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What the world around the node does, and when. Runs on the driver; guarded by the baton. */
final class WorldEvents {
    private record Entry(long at, long number, Runnable deed) {}

    private final Scheduler scheduler;
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::number));
    private @Nullable SimulatedThread driver;
    private long made;
    private boolean isStopped;

    WorldEvents(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void in(Duration time, Runnable deed) {
        entries.add(new Entry(scheduler.now() + time.toNanos(), made++, deed));
        if (driver != null) {
            scheduler.parkedUntil(
                    driver, Math.min(driver.wakeAt(), entries.element().at()));
        }
    }

    /** Ends what runs now, and what would: the run has its outcome. */
    void stop() {
        isStopped = true;
        if (driver != null) {
            scheduler.wake(driver);
        }
    }

    /** Runs what is due until this time has passed. */
    void runFor(Duration time) {
        driver = scheduler.current();
        long end = scheduler.now() + time.toNanos();
        while (scheduler.now() < end && !isStopped) {
            Entry next = entries.peek();
            if (next != null && next.at() <= scheduler.now()) {
                entries.remove().deed().run();
            } else {
                scheduler.parkUntil(next == null ? end : Math.min(end, next.at()));
            }
        }
    }

    void clear() {
        isStopped = false;
        entries.clear();
    }
}

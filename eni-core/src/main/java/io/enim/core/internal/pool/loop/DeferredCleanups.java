package io.enim.core.internal.pool.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records that are to be removed from disk when there is time. What fails is tried again. Belongs to the rounds. */
public final class DeferredCleanups {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);

    private record Cleanup(Runnable work, Instant notBefore) {}

    private final OffLoopCalls offLoop;
    private final Map<String, Cleanup> pending = new LinkedHashMap<>();

    public DeferredCleanups(OffLoopCalls outside) {
        this.offLoop = outside;
    }

    public void add(String name, Runnable work) {
        pending.put(name, new Cleanup(work, Instant.MIN));
    }

    public void step(RoundSchedule roundSchedule, MonotonicClock clock) {
        for (Map.Entry<String, Cleanup> entry : Map.copyOf(pending).entrySet()) {
            Cleanup cleanup = entry.getValue();
            if (!roundSchedule.isDue(cleanup.notBefore())) {
                roundSchedule.requeueAt(cleanup.notBefore());
                continue;
            }
            String name = entry.getKey();
            // Until the answer comes it is under way and not due.
            pending.put(name, new Cleanup(cleanup.work(), Instant.MAX));
            offLoop.<Boolean>start(name, () -> done(cleanup.work()), callResult -> {
                if (callResult.error().isEmpty()) {
                    pending.remove(name);
                } else {
                    pending.put(name, new Cleanup(cleanup.work(), clock.now().plus(RETRY_DELAY)));
                }
            });
        }
    }

    public static Boolean done(Runnable work) {
        work.run();
        return true;
    }
}

package io.enim.core.internal.pool.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records to be removed from disk off-loop; a removal that fails is retried. Confined to the reconcile loop; not thread-safe. */
public final class DeferredCleanups {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);

    private record Cleanup(Runnable work, Instant notBefore) {}

    private final OffLoopCalls offLoop;
    private final Map<String, Cleanup> pending = new LinkedHashMap<>();

    public DeferredCleanups(OffLoopCalls offLoop) {
        this.offLoop = offLoop;
    }

    public void add(String name, Runnable work) {
        pending.put(name, new Cleanup(work, Instant.MIN));
    }

    public void step(RoundSchedule schedule) {
        for (Map.Entry<String, Cleanup> entry : Map.copyOf(pending).entrySet()) {
            Cleanup cleanup = entry.getValue();
            if (schedule.isDue(cleanup.notBefore())) {
                start(entry.getKey(), cleanup.work());
            } else {
                schedule.requeueAt(cleanup.notBefore());
            }
        }
    }

    private void start(String name, Runnable work) {
        // Not due again until the result is in.
        pending.put(name, new Cleanup(work, Instant.MAX));
        offLoop.startVoid(name, work, result -> {
            if (result.error().isEmpty()) {
                pending.remove(name);
            } else {
                pending.put(name, new Cleanup(work, result.ended().plus(RETRY_DELAY)));
            }
        });
    }
}

package io.enim.core.internal.pool.store;

import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.step.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes intents, and puts them on disk and off it. Confined to the reconcile loop, but for what is off-loop. */
public final class IntentLog {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);

    private final PoolStateStore store;
    private final ClientTokens tokens;
    private final MonotonicClock clock;
    private final OffLoopCalls offLoop;
    /** Intents of which a write has succeeded, by the name of their records. */
    private final ConcurrentHashMap<String, CloudIntent> recorded = new ConcurrentHashMap<>();
    /** When to remove which intent from disk, by the name of its record. */
    private final Map<String, Instant> removals = new HashMap<>();

    public IntentLog(PoolStateStore store, ClientTokens tokens, MonotonicClock clock, OffLoopCalls offLoop) {
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
        this.offLoop = offLoop;
        store.foundIntents().forEach(found -> recorded.put(found.recordName(), found));
    }

    public String nextToken() {
        return tokens.next();
    }

    public CloudIntent provision() {
        return new CloudIntent(CloudIntent.Kind.PROVISION, nextToken(), Optional.empty(), clock.wallTime());
    }

    public CloudIntent retire(String eniId) {
        return CloudIntent.retire(eniId, clock.wallTime());
    }

    /** Off-loop: the intent is on disk when this returns. */
    public void record(Step step, CloudIntent cloudIntent) {
        if (!cloudIntent.equals(recorded.get(cloudIntent.recordName()))) {
            store.record(step, cloudIntent);
            recorded.put(cloudIntent.recordName(), cloudIntent);
        }
    }

    /** Off-loop: the intent is off the disk when this returns. */
    public void forget(CloudIntent cloudIntent) {
        forget(cloudIntent.recordName());
    }

    private void forget(String name) {
        recorded.remove(name);
        store.forget(name);
    }

    /** The intent will be removed from disk off-loop; a removal that fails is retried. */
    public void forgetLater(CloudIntent cloudIntent) {
        removals.put(cloudIntent.recordName(), Instant.MIN);
    }

    /** Removes what is due. */
    public void step(RoundSchedule schedule) {
        Map.copyOf(removals).forEach((name, notBefore) -> {
            if (!schedule.isDue(notBefore)) {
                schedule.requeueAt(notBefore);
                return;
            }
            // Not due again until the result is in.
            removals.put(name, Instant.MAX);
            offLoop.startVoid(name, () -> forget(name), result -> {
                if (result.error().isEmpty()) {
                    removals.remove(name);
                } else {
                    removals.put(name, result.ended().plus(RETRY_DELAY));
                }
            });
        });
    }
}

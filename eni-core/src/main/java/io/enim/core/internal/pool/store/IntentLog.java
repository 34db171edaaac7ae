// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.store;

import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.step.Step;
import io.enim.provider.OwnerTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/** Makes intents, puts them on disk and takes them off it. Confined to the reconcile loop, but for what is off-loop. */
public final class IntentLog {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(30);
    private static final HexFormat HEX = HexFormat.of();

    private static final SafeLogger LOG = SafeLogger.of(IntentLog.class);

    private final PoolStateStore store;
    private final OwnerTag ownerTag;
    private final String node;
    private final MonotonicClock clock;
    private final RandomGenerator random;
    private final OffLoopCalls offLoop;
    /** Intents of which a write has succeeded, by the name of their records. */
    private final ConcurrentHashMap<String, CloudIntent> recorded = new ConcurrentHashMap<>();
    /** When to remove which intent from disk, by the name of its record. */
    private final Map<String, Instant> removals = new HashMap<>();

    public IntentLog(
            PoolStateStore store,
            OwnerTag ownerTag,
            MonotonicClock clock,
            RandomGenerator random,
            OffLoopCalls offLoop) {
        this.store = store;
        this.ownerTag = ownerTag;
        CRC32C crc = new CRC32C();
        crc.update(ownerTag.toString().getBytes(StandardCharsets.UTF_8));
        this.node = HEX.toHexDigits((int) crc.getValue());
        this.clock = clock;
        this.random = random;
        this.offLoop = offLoop;
        store.foundIntents().forEach(found -> recorded.put(found.recordName(), found));
    }

    /** All nodes of an account share one space of tokens, so one carries the node, the time and 64 random bits. */
    public String nextToken() {
        return "enim-" + node + "-" + HEX.toHexDigits(clock.instant().toEpochMilli()) + "-"
                + HEX.toHexDigits(random.nextLong());
    }

    public CloudIntent provision() {
        return new CloudIntent(
                CloudIntent.Kind.PROVISION,
                nextToken(),
                Optional.empty(),
                clock.wall().instant());
    }

    public CloudIntent retire(String eniId) {
        return CloudIntent.retire(eniId, clock.wall().instant());
    }

    /** Off-loop, before anything is changed: whether what was found is of another node or another instance, and is set aside. */
    public boolean areOfAnother(String instance) {
        Optional<String> other = store.claim(ownerTag, instance);
        other.ifPresent(why -> {
            LOG.error("{}", why);
            recorded.clear();
        });
        return other.isPresent();
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
            if (!schedule.isDueOrRequeue(notBefore)) {
                return;
            }
            // Not due again until the result is in.
            removals.put(name, Instant.MAX);
            offLoop.startVoid("forget", name, () -> forget(name), result -> {
                if (result.error().isEmpty()) {
                    removals.remove(name);
                } else {
                    removals.put(name, result.ended().plus(RETRY_DELAY));
                }
            });
        });
    }
}

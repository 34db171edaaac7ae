// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.MacAddress;
import io.enim.core.internal.exec.PromptedRetry;
import io.enim.spi.DeviceEvent;
import io.enim.spi.DeviceEvent.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * When ENIs that could not be freed are tried again: each later and later, since a try may search every namespace; sooner when an
 * event concerns its device. An event that concerns another device is no reason. Used by one thread at a time, but for
 * {@link #onEvent}, which is thread-safe.
 */
public final class Retries {
    /** What a round is for. */
    enum Occasion {
        /** A device or a namespace changed. */
        EVENT,
        TIMER,
        /** A caller asked: everything is tried. */
        CALL
    }

    private static final Duration SHORTEST = Duration.ofSeconds(20);
    private static final int MAX_DOUBLINGS = 5;
    /** With more changes between two rounds, any device may have changed. */
    private static final int MOST_CHANGES = 1024;

    private static final class Retry {
        private final PromptedRetry prompted = new PromptedRetry();
        private int failures;
        private Instant due = Instant.MIN;
        private Instant promptedAt = Instant.MAX;
    }

    private final Clock clock;
    private final Map<MacAddress, Retry> failed = new HashMap<>();
    private final Object guard = new Object();
    private Set<MacAddress> changes = new HashSet<>();
    private boolean anyMayHaveChanged;
    private final Set<MacAddress> asked = new HashSet<>();
    private Set<MacAddress> changed = Set.of();
    private boolean allChanged;
    private Occasion occasion = Occasion.TIMER;

    public Retries(Clock clock) {
        this.clock = clock;
    }

    /** Notes the device that changed. Does not block. */
    void onEvent(DeviceEvent event) {
        synchronized (guard) {
            event.mac().ifPresent(changes::add);
            if (event.kind() == Kind.EVENTS_LOST || changes.size() > MOST_CHANGES) {
                anyMayHaveChanged = true;
                changes.clear();
            }
        }
    }

    /** A round begins, with the events until now. */
    void begin(Occasion of) {
        occasion = of;
        synchronized (guard) {
            changed = changes;
            allChanged = anyMayHaveChanged;
            changes = new HashSet<>();
            anyMayHaveChanged = false;
        }
        Instant now = clock.instant();
        failed.forEach((mac, retry) -> {
            if (retry.promptedAt.equals(Instant.MAX) && isChanged(mac)) {
                retry.promptedAt = retry.prompted.due(now);
                retry.prompted.used();
            }
        });
    }

    private boolean isChanged(MacAddress mac) {
        return allChanged || changed.contains(mac);
    }

    /** Whether this round tries to free the ENI; to be asked for each that is not free. */
    boolean isDue(MacAddress mac) {
        asked.add(mac);
        Retry retry = failed.get(mac);
        if (occasion == Occasion.CALL) {
            return true;
        }
        if (retry == null) {
            return occasion == Occasion.TIMER || isChanged(mac);
        }
        Instant now = clock.instant();
        return !retry.promptedAt.isAfter(now) || occasion == Occasion.TIMER && !retry.due.isAfter(now);
    }

    /** It could not be freed. */
    void failed(MacAddress mac) {
        asked.add(mac);
        Instant now = clock.instant();
        Retry retry = failed.computeIfAbsent(mac, key -> new Retry());
        retry.due = now.plus(SHORTEST.multipliedBy(1L << Math.min(retry.failures++, MAX_DOUBLINGS)));
        retry.prompted.failed(now);
        retry.promptedAt = Instant.MAX;
    }

    /** The round has ended: what was not asked for in it is free, or has an endpoint. */
    void end() {
        failed.keySet().retainAll(asked);
        asked.clear();
    }
}

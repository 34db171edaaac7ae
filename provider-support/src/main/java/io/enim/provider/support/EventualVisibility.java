// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells "gone" from "not visible yet": a cloud shows a new ENI late. One that this process created, and that no
 * description has shown, is not gone until the window has passed. Safe for concurrent use.
 */
public final class EventualVisibility {
    /** What EC2 advises: to keep asking for up to five minutes. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private final Duration window;
    private final Clock clock;
    private final Map<String, Instant> unseen = new ConcurrentHashMap<>();

    public EventualVisibility(Duration window, Clock clock) {
        this.window = window;
        this.clock = clock;
    }

    /** It was created now. */
    public void created(String eniId) {
        Instant now = clock.instant();
        unseen.values().removeIf(since -> since.plus(window).isBefore(now));
        unseen.put(eniId, now);
    }

    /** A description shows it. */
    public void seen(String eniId) {
        unseen.remove(eniId);
    }

    /** Whether a description without it says nothing yet. */
    public boolean mayStillAppear(String eniId) {
        Instant since = unseen.get(eniId);
        return since != null && clock.instant().isBefore(since.plus(window));
    }
}

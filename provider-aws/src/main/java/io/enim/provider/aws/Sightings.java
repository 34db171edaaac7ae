package io.enim.provider.aws;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells "gone" from "not visible yet". EC2 shows a new interface late; its own guidance is to keep asking for up to five
 * minutes. An interface this process created and no description has shown is therefore not gone until that has passed.
 */
final class Sightings {
    static final Duration WINDOW = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<String, Instant> unseen = new ConcurrentHashMap<>();

    Sightings(Clock clock) {
        this.clock = clock;
    }

    void created(String eniId) {
        Instant now = clock.instant();
        unseen.values().removeIf(since -> since.plus(WINDOW).isBefore(now));
        unseen.put(eniId, now);
    }

    void seen(String eniId) {
        unseen.remove(eniId);
    }

    /** Whether a description without it says nothing yet. */
    boolean mayStillAppear(String eniId) {
        Instant since = unseen.get(eniId);
        return since != null && clock.instant().isBefore(since.plus(WINDOW));
    }
}

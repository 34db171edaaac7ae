package io.enim.provider.bce;

import io.enim.MacAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells "gone" from "not visible yet", and remembers MACs. An ENI this process created and no answer has shown is not
 * gone until a while has passed. A MAC never changes, and answers were seen to leave it out for a moment.
 */
final class Sightings {
    static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Instant> unseen = new ConcurrentHashMap<>();
    private final Map<String, MacAddress> macs = new ConcurrentHashMap<>();

    Sightings(Clock clock) {
        this.clock = clock;
    }

    void created(String eniId) {
        Instant now = clock.instant();
        unseen.values().removeIf(since -> since.plus(WINDOW).isBefore(now));
        unseen.put(eniId, now);
    }

    void seen(String eniId, MacAddress mac) {
        unseen.remove(eniId);
        if (macs.size() >= REMEMBERED) {
            // Forgetting costs an ENI that shows no MAC its place in one list; it is back with its MAC.
            macs.clear();
        }
        macs.put(eniId, mac);
    }

    Optional<MacAddress> mac(String eniId) {
        return Optional.ofNullable(macs.get(eniId));
    }

    /** Whether an answer without it says nothing yet. */
    boolean mayStillAppear(String eniId) {
        Instant since = unseen.get(eniId);
        return since != null && clock.instant().isBefore(since.plus(WINDOW));
    }
}

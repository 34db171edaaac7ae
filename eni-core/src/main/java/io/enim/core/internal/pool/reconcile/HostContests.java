// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.MacAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The devices that were taken over from software of the host. Each is watched for a while before it counts as left alone, and
 * longer each time, so that ENIM does not fight a program at the program's pace. Thread-safe.
 */
final class HostContests {
    private static final Duration SHORTEST_WATCH = Duration.ofSeconds(2);
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(1);
    /** A take-over this long after the last one is a first one. */
    private static final Duration MEMORY = Duration.ofMinutes(10);

    private static final int FIGHT = 3;
    private static final String REMEDY = "'enim-agent host check' says how to tell that software to leave ENIs alone";

    private final Clock clock;
    private final ConcurrentHashMap<MacAddress, Contest> contests = new ConcurrentHashMap<>();

    HostContests(Clock clock) {
        this.clock = clock;
    }

    private record Contest(int times, Instant last, List<String> found) {
        Duration watch() {
            Duration watch = SHORTEST_WATCH.multipliedBy(1L << Math.min(times - 1, 10));
            return watch.compareTo(LONGEST_WATCH) < 0 ? watch : LONGEST_WATCH;
        }

        String text() {
            String what = String.join("; ", found);
            return times < FIGHT
                    ? "software of the host had configured its device, and it was taken over: " + what
                            + "; it is offered once it is left alone; " + REMEDY
                    : "software of the host configures its device again and again, " + times + " times by now: " + what
                            + "; " + REMEDY;
        }
    }

    /** Why a device that was taken over a moment ago is left as it is; empty when it may be checked. */
    Optional<String> watching(MacAddress mac) {
        return Optional.ofNullable(contests.get(mac))
                .filter(contest -> clock.instant().isBefore(contest.last().plus(contest.watch())))
                .map(Contest::text);
    }

    /** Notes that a device was taken over. Returns why it is not ready. */
    String takenOver(MacAddress mac, List<String> found) {
        Instant now = clock.instant();
        contests.values().removeIf(contest -> contest.last().plus(MEMORY).isBefore(now));
        return contests.merge(
                        mac, new Contest(1, now, found), (before, first) -> new Contest(before.times() + 1, now, found))
                .text();
    }
}

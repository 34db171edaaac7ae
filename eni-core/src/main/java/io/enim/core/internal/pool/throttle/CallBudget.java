package io.enim.core.internal.pool.throttle;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Who may call the cloud how often. One bucket for all calls that change something, so that the account's share of a
 * node is one number; one for looking; one window for creations, whatever asks for them (F15). Housekeeping leaves half
 * of the burst to what endpoints wait for. Belongs to the rounds.
 */
public final class CallBudget {
    private static final double DESCRIBE_BURST = 5;
    private static final double CREATE_WINDOW_SECONDS = 600;

    private final TokenBucket describes;
    private final TokenBucket mutations;
    private final TokenBucket creates;
    private final Map<CloudCall, long[]> counts = new EnumMap<>(CloudCall.class);

    private enum Count {
        MADE,
        FAILED,
        HELD_BACK
    }

    /** How urgent a call is. */
    public enum Urgency {
        /** Somebody waits, or soon will. */
        SERVING,
        /** It can wait. */
        HOUSEKEEPING
    }

    CallBudget(int changesPerSecond, int maxEnis, Duration poll, Instant now) {
        describes = new TokenBucket(1e9 / poll.toNanos(), DESCRIBE_BURST, now);
        mutations = new TokenBucket(changesPerSecond, 2.0 * changesPerSecond, now);
        double window = 2.0 * Math.max(1, maxEnis);
        creates = new TokenBucket(window / CREATE_WINDOW_SECONDS, window, now);
        for (CloudCall cloudCall : CloudCall.values()) {
            counts.put(cloudCall, new long[Count.values().length]);
        }
    }

    boolean tryTake(CloudCall cloudCall, Urgency urgency, Instant now) {
        if (cloudCall == CloudCall.CREATE && creates.available(now) < 1) {
            count(cloudCall, Count.HELD_BACK);
            return false;
        }
        if (!bucket(cloudCall).tryTake(reserve(cloudCall, urgency), now)) {
            count(cloudCall, Count.HELD_BACK);
            return false;
        }
        if (cloudCall == CloudCall.CREATE) {
            creates.tryTake(0, now);
        }
        count(cloudCall, Count.MADE);
        return true;
    }

    void failed(CloudCall cloudCall) {
        count(cloudCall, Count.FAILED);
    }

    /** When a call that was held back may be made. */
    Instant availableAt(CloudCall cloudCall, Urgency urgency, Instant now) {
        Instant at = bucket(cloudCall).availableAt(reserve(cloudCall, urgency), now);
        Instant window = cloudCall == CloudCall.CREATE ? creates.availableAt(0, now) : now;
        return at.isAfter(window) ? at : window;
    }

    List<CallBudgetStatus> statuses(Instant now) {
        return Arrays.stream(CloudCall.values())
                .map(cloudCall -> status(cloudCall, now))
                .toList();
    }

    private CallBudgetStatus status(CloudCall cloudCall, Instant now) {
        TokenBucket bucket = bucket(cloudCall);
        double available = bucket.available(now);
        if (cloudCall == CloudCall.CREATE) {
            available = Math.min(available, creates.available(now));
        }
        return new CallBudgetStatus(
                cloudCall.text(),
                counted(cloudCall, Count.MADE),
                counted(cloudCall, Count.FAILED),
                counted(cloudCall, Count.HELD_BACK),
                (int) available,
                bucket.perSecond(),
                (int) bucket.burst());
    }

    private TokenBucket bucket(CloudCall cloudCall) {
        return cloudCall.isMutating() ? mutations : describes;
    }

    private double reserve(CloudCall cloudCall, Urgency urgency) {
        return urgency == Urgency.HOUSEKEEPING ? bucket(cloudCall).burst() / 2 : 0;
    }

    private void count(CloudCall cloudCall, Count what) {
        counts.computeIfAbsent(cloudCall, key -> new long[Count.values().length])[what.ordinal()]++;
    }

    private long counted(CloudCall cloudCall, Count what) {
        return counts.computeIfAbsent(cloudCall, key -> new long[Count.values().length])[what.ordinal()];
    }
}

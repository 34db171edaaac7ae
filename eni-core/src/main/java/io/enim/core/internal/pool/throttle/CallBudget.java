package io.enim.core.internal.pool;

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
final class Budget {
    private static final double LOOKS_BURST = 5;
    private static final double CREATIONS_WINDOW_SECONDS = 600;

    private final TokenBucket looks;
    private final TokenBucket changes;
    private final TokenBucket creations;
    private final Map<Call, long[]> counts = new EnumMap<>(Call.class);

    private enum Count {
        MADE,
        FAILED,
        HELD_BACK
    }

    /** How urgent a call is. */
    enum Urgency {
        /** Somebody waits, or soon will. */
        SERVING,
        /** It can wait. */
        HOUSEKEEPING
    }

    Budget(int changesPerSecond, int maxEnis, Duration poll, Instant now) {
        looks = new TokenBucket(1e9 / poll.toNanos(), LOOKS_BURST, now);
        changes = new TokenBucket(changesPerSecond, 2.0 * changesPerSecond, now);
        double window = 2.0 * Math.max(1, maxEnis);
        creations = new TokenBucket(window / CREATIONS_WINDOW_SECONDS, window, now);
        for (Call call : Call.values()) {
            counts.put(call, new long[Count.values().length]);
        }
    }

    boolean tryTake(Call call, Urgency urgency, Instant now) {
        if (call == Call.CREATE && creations.available(now) < 1) {
            count(call, Count.HELD_BACK);
            return false;
        }
        if (!bucket(call).tryTake(reserve(call, urgency), now)) {
            count(call, Count.HELD_BACK);
            return false;
        }
        if (call == Call.CREATE) {
            creations.tryTake(0, now);
        }
        count(call, Count.MADE);
        return true;
    }

    void failed(Call call) {
        count(call, Count.FAILED);
    }

    /** When a call that was held back may be made. */
    Instant availableAt(Call call, Urgency urgency, Instant now) {
        Instant at = bucket(call).availableAt(reserve(call, urgency), now);
        Instant window = call == Call.CREATE ? creations.availableAt(0, now) : now;
        return at.isAfter(window) ? at : window;
    }

    List<CallBudget> lines(Instant now) {
        return Arrays.stream(Call.values()).map(call -> line(call, now)).toList();
    }

    private CallBudget line(Call call, Instant now) {
        TokenBucket bucket = bucket(call);
        double available = bucket.available(now);
        if (call == Call.CREATE) {
            available = Math.min(available, creations.available(now));
        }
        return new CallBudget(
                call.text(),
                counted(call, Count.MADE),
                counted(call, Count.FAILED),
                counted(call, Count.HELD_BACK),
                (int) available,
                bucket.perSecond(),
                (int) bucket.burst());
    }

    private TokenBucket bucket(Call call) {
        return call.isMutating() ? changes : looks;
    }

    private double reserve(Call call, Urgency urgency) {
        return urgency == Urgency.HOUSEKEEPING ? bucket(call).burst() / 2 : 0;
    }

    private void count(Call call, Count what) {
        counts.computeIfAbsent(call, key -> new long[Count.values().length])[what.ordinal()]++;
    }

    private long counted(Call call, Count what) {
        return counts.computeIfAbsent(call, key -> new long[Count.values().length])[what.ordinal()];
    }
}

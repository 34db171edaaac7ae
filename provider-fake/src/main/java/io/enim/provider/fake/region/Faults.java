// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.provider.fake.region.CloudRefusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong: scripted, call by call, or at random from a seed. Safe for concurrent use. */
public final class Faults {
    /** What goes wrong with one call. */
    public enum Kind {
        NONE,
        /** Refused before it took effect, as overload. */
        THROTTLE,
        /** Failed before it took effect. */
        FAIL,
        /** It took effect, and the answer is lost. */
        LOSE_ANSWER,
        /** It hangs before it takes effect, until released or interrupted. */
        HANG,
        /** It took effect, and the answer hangs until released; interrupted, it is lost. */
        HANG_ANSWER,
        /** Refused before it took effect, as not permitted. */
        FORBID
    }

    private final Map<ApiCall, Deque<Kind>> scripted = new EnumMap<>(ApiCall.class);
    private final AtomicInteger hanging = new AtomicInteger();
    private Random random = new Random(0);
    private double throttleRate;
    private double failRate;
    private double loseRate;
    private volatile CountDownLatch release = new CountDownLatch(1);

    /** The next calls of this kind go wrong like this, one after another, before chance decides again. */
    public synchronized Faults next(ApiCall apiCall, Kind... kinds) {
        scripted.computeIfAbsent(apiCall, key -> new ArrayDeque<>()).addAll(List.of(kinds));
        return this;
    }

    /** From now on calls go wrong by chance, each rate from 0 to 1. */
    public synchronized Faults random(long seed, double throttled, double failed, double lost) {
        random = new Random(seed);
        throttleRate = throttled;
        failRate = failed;
        loseRate = lost;
        return this;
    }

    /** No more chance, no more script. */
    public synchronized void none() {
        random(0, 0, 0, 0);
        scripted.clear();
    }

    /** Lets all hanging calls go on. */
    public synchronized void release() {
        release.countDown();
        release = new CountDownLatch(1);
    }

    private synchronized Kind nextKind(ApiCall apiCall) {
        Kind coming = scripted.getOrDefault(apiCall, new ArrayDeque<>()).poll();
        if (coming != null) {
            return coming;
        }
        double drawn = random.nextDouble();
        if (drawn < throttleRate) {
            return Kind.THROTTLE;
        }
        if (drawn < throttleRate + failRate) {
            return Kind.FAIL;
        }
        return drawn < throttleRate + failRate + loseRate ? Kind.LOSE_ANSWER : Kind.NONE;
    }

    /** How many calls hang now. */
    public int hanging() {
        return hanging.get();
    }

    /** Before a call takes effect; what is to be passed to {@link #after}. */
    Kind before(ApiCall apiCall) {
        CountDownLatch gate = release;
        Kind kind = nextKind(apiCall);
        switch (kind) {
            case THROTTLE -> throw new CloudRefusal(Reason.THROTTLED, apiCall + ": rate exceeded");
            case FAIL -> throw new CloudRefusal(Reason.UNAVAILABLE, apiCall + ": internal error");
            case FORBID -> throw new CloudRefusal(Reason.NOT_PERMITTED, apiCall + ": not authorized");
            case HANG -> hang(gate, new CloudRefusal(Reason.UNAVAILABLE, apiCall + ": interrupted before it was sent"));
            case NONE, LOSE_ANSWER, HANG_ANSWER -> {}
        }
        return kind;
    }

    /** After a call took effect. */
    void after(ApiCall apiCall, Kind kind) {
        CloudRefusal lost =
                new CloudRefusal(Reason.ANSWER_LOST, apiCall + ": the connection broke before the answer came");
        if (kind == Kind.LOSE_ANSWER) {
            throw lost;
        } else if (kind == Kind.HANG_ANSWER) {
            hang(release, lost);
        }
    }

    private void hang(CountDownLatch gate, CloudRefusal whenInterrupted) {
        hanging.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw whenInterrupted;
        } finally {
            hanging.decrementAndGet();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.pool.throttle.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When the cloud is described next: on a slow jittered timer, and while a change is under way after an initial delay that
 * doubles with each describe; while endpoints wait for the change, only after the first few, so that it is not seen much later
 * than it happens. Confined to the reconcile loop; not thread-safe.
 */
public final class DescribeTimer {
    private static final int MAX_DOUBLINGS = 12;
    /** How many describes in a row come after the initial delay while endpoints wait. */
    private static final int UNDOUBLED = 8;

    private final Duration period;
    private final Duration initialDelay;
    private final RandomGenerator random;
    private Instant nextRegular;
    private Instant nextPoll;
    private int quietDescribes;
    private int failures;
    private boolean endpointsWait;

    public DescribeTimer(EniSettings settings, RandomGenerator random, Instant now) {
        this.period = settings.duration(EniSetting.POOL_RECONCILE);
        this.initialDelay = settings.duration(EniSetting.POOL_POLL_INITIAL);
        this.random = random;
        this.nextRegular = now;
        this.nextPoll = now;
    }

    /** Told at the begin of each round. */
    public void endpointsWait(boolean wait) {
        if (wait && !endpointsWait) {
            quietDescribes = 0;
        }
        endpointsWait = wait;
    }

    /** A change was started: the next describe comes after the initial delay. */
    public void describeSoon(Instant now) {
        quietDescribes = 0;
        nextPoll = earlier(nextPoll, now.plus(Backoff.jittered(initialDelay, random)));
    }

    /** When the next describe is due. */
    public Instant due(boolean changePending) {
        return changePending ? earlier(nextRegular, nextPoll) : nextRegular;
    }

    public boolean isRegularDue(Instant now) {
        return !nextRegular.isAfter(now);
    }

    public void began(Instant now) {
        quietDescribes++;
        if (isRegularDue(now)) {
            nextRegular = now.plus(Backoff.jittered(period, random));
        }
    }

    public void succeeded(Instant now) {
        failures = 0;
        nextPoll = now.plus(pollDelay());
    }

    public void failed(Instant now) {
        failures++;
        nextPoll = now.plus(pollDelay());
        Backoff retry = new Backoff(initialDelay, initialDelay.multipliedBy(2), period, random);
        nextRegular = now.plus(retry.delay(failures));
    }

    private Duration pollDelay() {
        int doublings = Math.max(0, quietDescribes - (endpointsWait ? UNDOUBLED : 0));
        Duration delay = initialDelay.multipliedBy(1L << Math.min(doublings, MAX_DOUBLINGS));
        return Backoff.jittered(delay.compareTo(period) < 0 ? delay : period, random);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}

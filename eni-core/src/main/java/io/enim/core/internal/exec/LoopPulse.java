// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import static java.util.Objects.requireNonNull;

import io.enim.Heartbeat;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sign of life of one loop. It stands still when a turn takes longer than the limit, or did not begin that long after it
 * was due. {@link #begins} and {@link #rests} are called by the loop, in turn; the other methods by any thread, and none
 * blocks.
 */
public final class LoopPulse {
    private static final Duration FAR = Duration.ofDays(3_650);

    private final String name;
    private final Execution execution;
    private final Duration limit;
    private final AtomicReference<State> state;

    /** Runs since, or rests since and is due at; in nanoseconds of the execution. */
    private record State(String turn, long since, long due) {
        boolean rests() {
            return turn.isEmpty();
        }
    }

    /** A loop that rests. */
    public LoopPulse(String name, Execution execution, Duration limit) {
        this.name = name;
        this.execution = execution;
        this.limit = limit;
        long now = execution.nanoTime();
        this.state = new AtomicReference<>(new State("", now, now + FAR.toNanos()));
    }

    /** A turn begins. */
    public void begins(String turn) {
        long now = execution.nanoTime();
        state.set(new State(turn, now, now));
    }

    /** The turn has ended; the next is due after this time. */
    public void rests(Duration untilNext) {
        long now = execution.nanoTime();
        state.set(new State("", now, now + Deadline.min(untilNext, FAR).toNanos()));
    }

    /**
     * A turn is due after this time. To be called before that turn is asked for: afterwards it may have ended already, and
     * the loop would seem to be late for another.
     */
    public void due(Duration in) {
        long due = execution.nanoTime() + in.toNanos();
        state.updateAndGet(now -> now.rests() && now.due() - due > 0 ? new State("", now.since(), due) : now);
    }

    public Heartbeat read() {
        State now = requireNonNull(state.get(), "set from the beginning");
        long nanos = execution.nanoTime();
        String activity =
                now.rests() ? nanos - now.due() > 0 ? "has not begun a turn that is due" : "rests" : now.turn();
        boolean standsStill = nanos - now.due() > limit.toNanos();
        return new Heartbeat(Heartbeat.Kind.LOOP, name, activity, Duration.ofNanos(nanos - now.since()), standsStill);
    }
}

package io.enim.examples.agent.crash;

import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepProbe;
import io.enim.examples.agent.crash.Snare.Deed;
import io.enim.netlink.NetlinkProbe;
import io.enim.netlink.NetlinkStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Stands at every point of this process, keeps account of those that were passed, and springs its snares in order. */
final class Trap implements StepProbe, NetlinkProbe {
    /** Before the name of a point whose snare sprang. */
    static final String SPRANG = "!";

    private static final int ENOMEM = 12;
    private static final int ENOBUFS = 105;

    private final Death death = Death.prepare();
    private final Deque<Snare> snares = new ArrayDeque<>();
    private final List<String> passed = new ArrayList<>();
    private int passes;

    /** Replaces all snares, and begins a new account. */
    synchronized void set(List<Snare> wanted) {
        snares.clear();
        snares.addAll(wanted);
        passed.clear();
        passes = 0;
    }

    /** Takes away the snares that are left; the account goes on. */
    synchronized void disarm() {
        snares.clear();
    }

    /** The points passed since the snares were set, in order. */
    synchronized List<String> passed() {
        return List.copyOf(passed);
    }

    private synchronized Optional<Deed> reach(Point point) {
        Snare next = snares.peek();
        if (next == null || !next.point().equals(point) || ++passes < next.passes()) {
            passed.add(point.toString());
            return Optional.empty();
        }
        if (next.deed() == Deed.KILL) {
            // Nobody passes a point after this one: whoever comes waits for the lock, and the end.
            death.now();
        }
        passed.add(SPRANG + point);
        snares.remove();
        passes = 0;
        return Optional.of(next.deed());
    }

    @Override
    public void at(Step step, StepProbe.Side side) {
        if (reach(Point.of(step, side)).isPresent()) {
            throw Failures.of(step, side);
        }
    }

    @Override
    public int at(NetlinkStep step, NetlinkProbe.Side side) {
        if (reach(Point.of(step, side)).isEmpty()) {
            return 0;
        }
        return side == NetlinkProbe.Side.BEFORE ? ENOMEM : ENOBUFS;
    }
}

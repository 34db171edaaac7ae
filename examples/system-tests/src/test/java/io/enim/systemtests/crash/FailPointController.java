package io.enim.systemtests.crash;

import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Called at every point of this process: counts those that were passed, and triggers its traps in order. */
final class FailPointController implements FailPoint, NetlinkFailPoint {
    /** Before the name of a point whose trap was triggered. */
    static final String TRIGGERED = "!";

    private static final int ENOMEM = 12;
    private static final int ENOBUFS = 105;

    private final SelfKill selfKill = SelfKill.prepare();
    private final Deque<FailPointTrap> traps = new ArrayDeque<>();
    private final List<String> passed = new ArrayList<>();
    private int passes;

    /** Replaces all traps, and begins a new account. */
    synchronized void set(List<FailPointTrap> wanted) {
        traps.clear();
        traps.addAll(wanted);
        passed.clear();
        passes = 0;
    }

    /** Takes away the traps that are left; the account goes on. */
    synchronized void disarm() {
        traps.clear();
    }

    /** The points passed since the traps were set, in order. */
    synchronized List<String> passed() {
        return List.copyOf(passed);
    }

    private synchronized Optional<Effect> reach(CrashPoint crashPoint) {
        FailPointTrap next = traps.peek();
        if (next == null || !next.point().equals(crashPoint) || ++passes < next.passes()) {
            passed.add(crashPoint.toString());
            return Optional.empty();
        }
        if (next.effect() == Effect.KILL) {
            // No thread passes a point after this one: each that comes waits for the lock, and the end.
            selfKill.now();
        }
        passed.add(TRIGGERED + crashPoint);
        traps.remove();
        passes = 0;
        return Optional.of(next.effect());
    }

    @Override
    public void at(Step step, FailPoint.Side side) {
        if (reach(CrashPoint.of(step, side)).isPresent()) {
            throw StepFailures.of(step, side);
        }
    }

    @Override
    public int at(NetlinkOperation step, NetlinkFailPoint.Side side) {
        if (reach(CrashPoint.of(step, side)).isEmpty()) {
            return 0;
        }
        return side == NetlinkFailPoint.Side.BEFORE ? ENOMEM : ENOBUFS;
    }
}

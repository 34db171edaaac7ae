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
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;

/** Called at every point of this process: counts those that were passed, and triggers its traps in order. */
final class FailPointController implements FailPoint, NetlinkFailPoint {
    /** Before the name of a point whose trap was triggered. */
    static final String TRIGGERED = "!";

    private static final int ENOMEM = 12;
    private static final int ENOBUFS = 105;

    private static final int SIGKILL = 9;

    /** What the shell calls the status of a process that ended by SIGKILL. */
    static final int KILLED = 128 + SIGKILL;

    /** Of the C library, loaded now so that nothing lies between a point and the end. */
    public interface LibC {
        /** {@code kill(2)}. */
        int kill(int pid, int signal);
    }

    private final LibC libC = LibraryLoader.create(LibC.class).load("c");
    private final int pid = Math.toIntExact(ProcessHandle.current().pid());
    private final Deque<FailPointTrap> traps = new ArrayDeque<>();
    private final List<String> passed = new ArrayList<>();
    private int passes;

    /** Replaces all traps, and begins a new account. */
    synchronized void set(Stream<FailPointTrap> wanted) {
        traps.clear();
        wanted.forEach(traps::add);
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

    /** Whether the step fails here. */
    private synchronized boolean failsAt(CrashPoint point) {
        FailPointTrap next = traps.peek();
        if (next == null || !next.point().equals(point) || ++passes < next.passes()) {
            passed.add(point.toString());
            return false;
        }
        if (next.effect() == Effect.KILL) {
            // No thread passes a point after this one: each that comes waits for the lock, and the end. The call does
            // not
            // return: no handler, no shutdown hook and no finally runs.
            libC.kill(pid, SIGKILL);
            throw new AssertionError("still alive after SIGKILL");
        }
        passed.add(TRIGGERED + point);
        traps.remove();
        passes = 0;
        return true;
    }

    @Override
    public void at(Step step, FailPoint.Side side) {
        if (failsAt(CrashPoint.of(step, side))) {
            throw StepFailures.of(step, side);
        }
    }

    @Override
    public int at(NetlinkOperation step, NetlinkFailPoint.Side side) {
        int errno = side == NetlinkFailPoint.Side.BEFORE ? ENOMEM : ENOBUFS;
        return failsAt(CrashPoint.of(step, side)) ? errno : 0;
    }
}

package io.enim.core;

import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/** Stands at every step of one process and, once the process is dead, lets none of its threads begin or end one. */
public final class CrashFailPoint implements FailPoint {
    /** Nothing catches it, as nothing survives a SIGKILL. */
    public static final class CrashError extends Error {
        private static final long serialVersionUID = 1L;

        CrashError(String where) {
            super("dead " + where, null, false, false);
        }
    }

    private final CountDownLatch dead = new CountDownLatch(1);
    private volatile BiPredicate<Step, Side> deadly = (step, side) -> false;

    /** The process dies here when it has passed this many times. */
    public void arm(Step step, Side side, int passes) {
        AtomicInteger left = new AtomicInteger(passes);
        deadly = (reached, reachedSide) -> reached == step && reachedSide == side && left.getAndDecrement() == 0;
    }

    public void kill() {
        dead.countDown();
    }

    public boolean isDead() {
        return dead.getCount() == 0;
    }

    public boolean awaitDeath() throws InterruptedException {
        return dead.await(3, TimeUnit.MINUTES);
    }

    @Override
    public void at(Step step, Side side) {
        if (deadly.test(step, side)) {
            kill();
        }
        if (isDead()) {
            throw new CrashError(side + " " + step);
        }
    }
}

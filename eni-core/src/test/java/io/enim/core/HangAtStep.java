package io.enim.core;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hangs the first thread that comes, deaf to interrupts, until it is let go. */
public final class HangAtStep implements FailPoint {
    private final Step at;
    private final AtomicBoolean entered = new AtomicBoolean();
    public final CountDownLatch letGo = new CountDownLatch(1);

    public HangAtStep(Step at) {
        this.at = at;
    }

    @Override
    public void at(Step step, Side side) {
        if (step == at && side == Side.BEFORE) {
            here();
        }
    }

    public boolean isEntered() {
        return entered.get();
    }

    public void here() {
        if (entered.compareAndSet(false, true)) {
            Uninterruptibles.awaitUninterruptibly(letGo);
        }
    }
}

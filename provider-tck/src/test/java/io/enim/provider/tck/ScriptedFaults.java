package io.enim.provider.tck;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.tck.FaultInjector.Fault;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a small cloud's calls, each reported as the rules want it. */
class ScriptedFaults {
    private final Map<String, Fault> coming = new ConcurrentHashMap<>();
    private final AtomicInteger hanging = new AtomicInteger();
    private final ManualClock skipped = new ManualClock();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    FaultInjector injector() {
        return FaultInjector.of(coming::put, () -> hanging.get() > 0, this::release);
    }

    private void release() {
        gate.countDown();
        gate = new CountDownLatch(1);
    }

    /**
     * A limit whose pauses take no time, for implementations whose calls do all at once. Calls on other threads take the
     * time they need, unless one {@link #outlastsTheLimit}.
     */
    TimeLimit timeLimit(Duration duration) {
        return new TimeLimit(duration) {
            @Override
            long nanoTime() {
                return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(skipped.millis());
            }

            @Override
            void pause(long nanos) {
                skipped.advance(Duration.ofNanos(nanos));
            }
        };
    }

    /** Says that a call blocks and will not end: its time limit is over now. */
    final void outlastsTheLimit() {
        skipped.advance(Duration.ofDays(1));
    }

    <T> T around(String method, Supplier<T> effect) {
        Fault fault = before(method);
        T result = effect.get();
        if (fault == Fault.LOSE_ANSWER) {
            throw error(fault, method);
        }
        return result;
    }

    @Nullable
    Fault before(String method) {
        Fault fault = coming.remove(method);
        if (fault == Fault.THROTTLE || fault == Fault.FORBID) {
            throw error(fault, method);
        } else if (fault == Fault.HANG) {
            hang(method);
        }
        return fault;
    }

    RuntimeException error(Fault fault, String method) {
        return switch (fault) {
            case THROTTLE -> new RetryableProviderException(Refusal.THROTTLED, "", method + ": slow down");
            case FORBID -> new FatalProviderException(Refusal.NOT_PERMITTED, "", method + ": check the credentials");
            case LOSE_ANSWER, HANG ->
                new AmbiguousProviderException(Refusal.UNAVAILABLE, "", method + ": the answer was lost; describe");
        };
    }

    /** Waits until released. */
    final void hang(String method) {
        CountDownLatch open = gate;
        hanging.incrementAndGet();
        try {
            open.await();
        } catch (InterruptedException e) {
            interrupted(method);
        } finally {
            hanging.decrementAndGet();
        }
    }

    void interrupted(String method) {
        Thread.currentThread().interrupt();
        throw error(Fault.HANG, method);
    }

    /** Faults of which one is reported otherwise. */
    static ScriptedFaults reporting(Fault other, RuntimeException error) {
        return new ScriptedFaults() {
            @Override
            RuntimeException error(Fault fault, String method) {
                return fault == other ? error : super.error(fault, method);
            }
        };
    }

    /** Faults where a call of this method waits for its answer however often it is interrupted. */
    static ScriptedFaults ignoringInterruptsIn(String ignoring) {
        return new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                if (!method.equals(ignoring)) {
                    super.interrupted(method);
                }
                outlastsTheLimit();
                hang(method);
                Thread.currentThread().interrupt();
            }
        };
    }
}

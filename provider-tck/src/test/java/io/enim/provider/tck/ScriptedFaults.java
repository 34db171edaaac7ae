package io.enim.provider.tck;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a small cloud's calls, each told as the rules want it. */
class ScriptedFaults {
    private final Map<String, Fault> coming = new ConcurrentHashMap<>();
    private final AtomicInteger hanging = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    FaultInjector injector() {
        return FaultInjector.of(coming::put, () -> hanging.get() > 0, this::release);
    }

    private void release() {
        gate.countDown();
        gate = new CountDownLatch(1);
    }

    <T> T around(String method, Supplier<T> effect) {
        Fault fault = before(method);
        T result = effect.get();
        if (fault == Fault.LOSE_ANSWER) {
            throw lost(method);
        }
        return result;
    }

    @Nullable
    Fault before(String method) {
        Fault fault = coming.remove(method);
        if (fault == Fault.THROTTLE) {
            throw throttled(method);
        } else if (fault == Fault.FORBID) {
            throw forbidden(method);
        } else if (fault == Fault.HANG) {
            hang(method);
        }
        return fault;
    }

    RuntimeException throttled(String method) {
        return new RetryableProviderException(Refusal.THROTTLED, "", method + ": slow down");
    }

    RuntimeException forbidden(String method) {
        return new FatalProviderException(Refusal.NOT_PERMITTED, "", method + ": check the credentials");
    }

    RuntimeException lost(String method) {
        return new AmbiguousProviderException(Refusal.UNAVAILABLE, "", method + ": the answer was lost; look");
    }

    /** Waits as long as it must; true when it was interrupted. */
    void hang(String method) {
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
        throw lost(method);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import static java.util.Objects.requireNonNullElse;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * What goes wrong with devices in memory, by the name of the method: {@code hostDevices}, {@code find},
 * {@code findIn}, {@code moveIn}, {@code configure}, {@code inspect}, {@code returnToHost}, {@code restoreOnHost},
 * {@code createNamespace}, {@code removeNamespace}. Safe for concurrent use.
 */
public final class DeviceFaults {
    /** What goes wrong with one call. */
    public enum Fault {
        NONE,
        /** It fails before it takes effect. */
        BEFORE,
        /** It takes effect and then fails. */
        AFTER,
        /** It hangs before it takes effect, until released. */
        HANG
    }

    private final Map<String, Deque<Fault>> scripted = new HashMap<>();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    /** The next calls of this method go wrong like this, one after another. */
    public synchronized DeviceFaults next(String method, Fault... faults) {
        scripted.computeIfAbsent(method, key -> new ArrayDeque<>()).addAll(List.of(faults));
        return this;
    }

    /** Whether a fault of this method is still to come. */
    public synchronized boolean isScripted(String method) {
        return !scripted.getOrDefault(method, new ArrayDeque<>()).isEmpty();
    }

    /** Nothing goes wrong any more; hanging calls go on. */
    public synchronized void none() {
        scripted.clear();
        gate.countDown();
        gate = new CountDownLatch(1);
    }

    private synchronized Fault nextFault(String method) {
        return requireNonNullElse(
                scripted.getOrDefault(method, new ArrayDeque<>()).poll(), Fault.NONE);
    }

    <T> T around(String method, Supplier<T> effect) {
        CountDownLatch open = gate;
        Fault fault = nextFault(method);
        if (fault == Fault.BEFORE) {
            throw new DeviceException(Kind.KERNEL, method, "a device", "EBUSY", "scripted, before its effect", null);
        }
        if (fault == Fault.HANG) {
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeviceException(Kind.TIMEOUT, method, "a device", "", "interrupted while hanging", e);
            }
        }
        T result = effect.get();
        if (fault == Fault.AFTER) {
            throw new DeviceException(
                    Kind.TIMEOUT, method, "a device", "ETIMEDOUT", "scripted, after its effect", null);
        }
        return result;
    }
}

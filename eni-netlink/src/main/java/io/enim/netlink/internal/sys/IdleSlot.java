// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one resource between uses, so that the next use need not open another. Safe for concurrent use: a use that finds
 * the slot empty opens a resource of its own.
 */
public final class IdleSlot<T extends QuietCloseable> implements QuietCloseable {
    private final AtomicReference<@Nullable T> idle = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Works with the kept resource or a new one. After a failure it is closed: it may be in an unknown state. */
    public <R> R use(Supplier<T> opener, Function<T, R> work) {
        T kept = idle.getAndSet(null);
        T resource = kept != null ? kept : opener.get();
        try {
            R result = work.apply(resource);
            put(resource);
            return result;
        } catch (RuntimeException | Error e) {
            resource.close();
            throw e;
        }
    }

    /** Keeps this resource, or closes it when the slot is closed or has one already. */
    public void put(T resource) {
        if (!idle.compareAndSet(null, resource)) {
            resource.close();
        } else if (closed.get()) {
            closeIdle();
        }
    }

    private void closeIdle() {
        T resource = idle.getAndSet(null);
        if (resource != null) {
            resource.close();
        }
    }

    /** Closes what is kept; what is in use is closed when its use ends. Idempotent. */
    @Override
    public void close() {
        closed.set(true);
        closeIdle();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.EniAllocator.State;
import io.enim.core.internal.allocator.EniAllocator.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest claim of an ENI, and what is next after it: null or an {@link After}. A pair that is gone never comes back, so
 * equal readings mean no change between.
 */
record Reading<K, E>(Claim<K, E> claim, @Nullable Object next) {
    boolean isHeld() {
        return next == null || next == After.QUARANTINE;
    }

    boolean isRetired() {
        return next == After.RETIRED;
    }

    /** The ENI's state; empty when it is retired. */
    Optional<Status<K, E>> status() {
        if (isRetired()) {
            return Optional.empty();
        }
        return Optional.of(
                isHeld()
                        ? new Status<>(claim.eni(), State.HELD, Optional.of(claim))
                        : new Status<>(claim.eni(), notHeld(), Optional.empty()));
    }

    private State notHeld() {
        if (next == After.FREE) {
            return State.FREE;
        }
        return next == After.QUARANTINED ? State.QUARANTINED : State.COOLING_DOWN;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.Health;
import io.enim.LifecycleListener;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Tells an application's listener what becomes of endpoints and of the manager's health. Safe for concurrent use. */
final class LifecycleEvents {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final LifecycleListener listener;
    private final ListenerThread thread;
    /** The last that was told of each endpoint which has an ENI; used by the operations of that endpoint, in their order. */
    private final ConcurrentHashMap<Endpoint, Assignment> told = new ConcurrentHashMap<>();

    private Health health = Health.healthy();

    /**
     * Events of a manager that starts.
     *
     * @param known what it found, and does not tell
     */
    LifecycleEvents(LifecycleListener listener, ListenerThread thread, Collection<Assignment> known) {
        this.listener = listener;
        this.thread = thread;
        known.stream().filter(LifecycleEvents::isToBeTold).forEach(each -> told.put(each.endpoint(), each));
    }

    private static boolean isToBeTold(Assignment assignment) {
        return assignment.phase() == Phase.ADDED || assignment.phase() == Phase.QUARANTINED;
    }

    /** Called in the order of the endpoint's operations. Does not block. */
    void changed(Endpoint endpoint, Optional<Assignment> now) {
        if (now.isEmpty()) {
            Assignment before = told.remove(endpoint);
            if (before != null) {
                thread.tell(() -> listener.released(before));
            }
        } else if (isToBeTold(now.get())) {
            Assignment assignment = now.get();
            Assignment before = told.put(endpoint, assignment);
            if (before == null || before.phase() != assignment.phase()) {
                thread.tell(() -> {
                    if (assignment.phase() == Phase.ADDED) {
                        listener.assigned(assignment);
                    } else {
                        listener.quarantined(assignment);
                    }
                });
            }
        }
    }

    /** Looks at the health from now on. */
    void watch(Supplier<Health> current) {
        thread.repeat(BETWEEN_LOOKS, "looks at the health", () -> look(current.get()));
    }

    private void look(Health now) {
        Health before = health;
        health = now;
        if (now.status() != before.status()) {
            thread.tell(() -> listener.healthChanged(before, now));
        }
    }
}

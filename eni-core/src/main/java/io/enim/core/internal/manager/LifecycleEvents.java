// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.LifecycleListener;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.LoopPulse;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an application's listener what happens, in order, on a thread of its own: one that hangs delays nothing else. That
 * thread touches no device and no record, so the directories do not wait for its end (P17). Safe for concurrent use.
 */
final class LifecycleEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LifecycleEvents.class);
    private static final int MOST_WAITING = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final LifecycleListener listener;
    private final ScheduledExecutorService thread;
    private final Duration closeTimeout;
    private final LoopPulse pulse;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean dropsLogged = new AtomicBoolean();
    private final AtomicBoolean faultLogged = new AtomicBoolean();
    /** The last that was told of each endpoint which has an ENI; used by the operations of that endpoint, in their order. */
    private final ConcurrentHashMap<Endpoint, Assignment> told = new ConcurrentHashMap<>();

    private Health health = Health.healthy();

    /**
     * Events of a manager that starts.
     *
     * @param known what it found, and does not tell
     */
    LifecycleEvents(
            LifecycleListener listener, Execution execution, Duration closeTimeout, Collection<Assignment> known) {
        this.listener = listener;
        this.closeTimeout = closeTimeout;
        this.pulse = new LoopPulse("the lifecycle listener", execution, PATIENCE);
        this.thread = execution.scheduler(1, work -> {
            Thread made = execution.newThread(work, "enim-listener");
            made.setDaemon(true);
            return made;
        });
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
                tell(() -> listener.released(before));
            }
        } else if (isToBeTold(now.get())) {
            Assignment assignment = now.get();
            Assignment before = told.put(endpoint, assignment);
            if (before == null || before.phase() != assignment.phase()) {
                tell(() -> {
                    if (assignment.phase() == Phase.ADDED) {
                        listener.assigned(assignment);
                    } else {
                        listener.quarantined(assignment);
                    }
                });
            }
        }
    }

    private void tell(Runnable event) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            if (dropsLogged.compareAndSet(false, true)) {
                LOG.error(
                        "the lifecycle listener does not return; beyond {} events that wait, later ones are dropped",
                        MOST_WAITING);
            }
            return;
        }
        pulse.due(Duration.ZERO);
        try {
            thread.execute(() -> {
                run(event);
                boolean isLast = waiting.decrementAndGet() == 0;
                pulse.rests(isLast ? BETWEEN_LOOKS : Duration.ZERO);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("closed; the listener is told nothing more");
        }
    }

    private void run(Runnable call) {
        pulse.begins("calls the application's listener");
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            if (faultLogged.compareAndSet(false, true)) {
                LOG.error(
                        "the lifecycle listener fails; that changes no outcome, and further errors are not logged", e);
            }
        }
    }

    /** Looks at the health from now on. */
    void watch(Supplier<Health> current) {
        long pause = BETWEEN_LOOKS.toMillis();
        thread.scheduleWithFixedDelay(() -> look(current), 0, pause, TimeUnit.MILLISECONDS);
    }

    private void look(Supplier<Health> current) {
        run(() -> {
            Health before = health;
            health = current.get();
            if (health.status() != before.status()) {
                listener.healthChanged(before, health);
            }
        });
        pulse.rests(BETWEEN_LOOKS);
    }

    /** Does not block. */
    Heartbeat heartbeat() {
        return pulse.read();
    }

    /** Tells what is left to tell, within the time that closing may take. */
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.awaitTermination(closeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("the lifecycle listener does not return; {} events are not told", waiting);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        thread.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

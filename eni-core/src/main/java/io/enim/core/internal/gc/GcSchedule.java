// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.Execution;
import io.enim.spi.DeviceEvent;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedules rounds: on demand, soon after an event, and on a jittered timer as the safety net. All rounds run on one
 * thread, so they do not overlap. Events that arrive before the round they requested has begun share that round, and those
 * that arrive within a second from then on share the next: a round costs a reading of the mount table, and a busy host
 * has events all the time. Safe for concurrent use.
 */
public final class GcSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.enim.gc");
    private static final Duration SETTLE = Duration.ofMillis(50);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What the events ask for. */
    private enum Requested {
        NOTHING,
        ROUND,
        /** A round has begun a moment ago, and no event came since. */
        NOTHING_YET,
        /** A round has begun a moment ago, and the next is asked for. */
        ANOTHER_ROUND
    }

    private final GarbageCollector collector;
    private final Execution execution;
    private final ScheduledExecutorService thread;
    private final Duration interval;
    private final Duration timeout;
    private final DoubleSupplier jitter;
    private final AtomicReference<Requested> requested = new AtomicReference<>(Requested.NOTHING);
    private volatile @Nullable String lastFailure;
    /** When the round that runs has begun. */
    private final AtomicReference<@Nullable Deadline> running = new AtomicReference<>();

    /**
     * A schedule that runs nothing yet.
     *
     * @param execution waits for the rounds of callers
     * @param thread a single thread, owned and stopped by this schedule
     * @param interval the time between rounds of the timer
     * @param timeout the longest a caller waits for a round
     * @param jitter numbers from 0 to 1
     */
    public GcSchedule(
            GarbageCollector collector,
            Execution execution,
            ScheduledExecutorService thread,
            Duration interval,
            Duration timeout,
            DoubleSupplier jitter) {
        this.collector = collector;
        this.execution = execution;
        this.thread = thread;
        this.interval = interval;
        this.timeout = timeout;
        this.jitter = jitter;
    }

    /** Runs a first round now and starts the timer. */
    public void start() {
        thread.execute(this::timed);
    }

    private void timed() {
        try {
            report(round(collector::timerRound));
            lastFailure = null;
        } catch (Throwable e) { // Also what a seam throws undeclared (P15).
            failed("the next is in " + interval, e);
        } finally {
            double factor = 0.9 + 0.2 * jitter.getAsDouble();
            next((long) (interval.toMillis() * factor), this::timed);
        }
    }

    private GcReport round(Supplier<GcReport> work) {
        running.set(execution.deadline(timeout));
        try {
            return work.get();
        } finally {
            running.set(null);
        }
    }

    /** Requests a round soon, because a device or namespace changed. Does not block. */
    public void onEvent(DeviceEvent event) {
        if (event.kind() == DeviceEvent.Kind.LEFT_HOST) {
            return;
        }
        collector.onEvent(event);
        Requested before = requested.getAndUpdate(now -> switch (now) {
            case NOTHING, ROUND -> Requested.ROUND;
            case NOTHING_YET, ANOTHER_ROUND -> Requested.ANOTHER_ROUND;
        });
        if (before == Requested.NOTHING) {
            next(SETTLE.toMillis(), this::afterEvent);
        }
    }

    private void afterEvent() {
        requested.set(Requested.NOTHING_YET);
        try {
            report(round(collector::assignmentsRound));
        } catch (Throwable e) { // Also what a seam throws undeclared (P15).
            failed("it followed an event; the next is the timer's", e);
        } finally {
            next(PAUSE.toMillis(), this::afterPause);
        }
    }

    private void afterPause() {
        Requested before =
                requested.getAndUpdate(now -> now == Requested.ANOTHER_ROUND ? Requested.ROUND : Requested.NOTHING);
        if (before == Requested.ANOTHER_ROUND) {
            afterEvent();
        }
    }

    private void failed(String next, Throwable e) {
        if (thread.isShutdown()) {
            LOG.debug("a round of garbage collection ended with the manager", e);
            return;
        }
        lastFailure = "garbage collection failed: " + e;
        LOG.error("a round of garbage collection failed; {}", next, e);
    }

    private void next(long millis, Runnable round) {
        try {
            thread.schedule(round, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing; no further rounds");
        }
    }

    private static void report(GcReport report) {
        report.findings().forEach(finding -> LOG.info("{}", finding));
    }

    /**
     * Runs a full round and waits for its report.
     *
     * @throws DeadlineExceededException the round takes longer than the caller waits; it goes on if it has begun
     * @throws ClosedException the schedule is closed
     */
    public GcReport run(GcRequest asked) {
        // As of now, not as of its turn: an endpoint added in between is not on the caller's list.
        GcRequest request = collector.asOfNow(asked);
        Future<GcReport> round;
        try {
            round = thread.submit(() -> {
                GcReport report = round(() -> collector.fullRound(request));
                report(report);
                return report;
            });
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
        try {
            return execution.await(round, timeout);
        } catch (TimeoutException e) {
            round.cancel(false); // One that has not begun is not run for a caller that has left.
            throw new DeadlineExceededException(
                    "gc", timeout, "a round that has begun goes on; the log shows its findings", e);
        } catch (InterruptedException e) {
            round.cancel(false);
            Thread.currentThread().interrupt();
            throw new DeadlineExceededException(
                    "gc", timeout, "the caller was interrupted; a round that has begun goes on", e);
        } catch (CancellationException e) {
            throw closed(e);
        } catch (ExecutionException e) {
            throw EndpointTask.rethrown(e.getCause());
        }
    }

    private static ClosedException closed(Throwable cause) {
        return new ClosedException("gc: the manager is closing; call the next one", cause);
    }

    /**
     * Why the last round failed, or that one does not end (P15); and the endpoints whose liveness is unknown, to which nothing
     * is done. Does not block.
     */
    public Stream<String> problems() {
        return Stream.of(
                        Stream.ofNullable(lastFailure),
                        Stream.ofNullable(running.get())
                                .filter(Deadline::isOver)
                                .map(late -> "a round of garbage collection runs for longer than " + late.timeout()
                                        + ", and none follows it; is the provider, a device, the disk or a source of"
                                        + " liveness alive?"),
                        collector.doubts().stream())
                .flatMap(Function.identity());
    }

    @Override
    public void close() {
        for (Runnable waiting : thread.shutdownNow()) {
            if (waiting instanceof Future<?> round) {
                round.cancel(false); // Its caller waits for it.
            }
        }
    }
}

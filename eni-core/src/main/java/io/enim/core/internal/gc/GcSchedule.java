// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniException;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Heartbeat;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.LoopPulse;
import io.enim.core.internal.log.SafeLogger;
import io.enim.spi.DeviceEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Schedules rounds: on demand, soon after an event, and on a jittered timer as the safety net. All rounds run on one
 * thread, so they do not overlap. Events that arrive before the round they requested has begun share that round, and those
 * that arrive within a second from then on share the next: a round costs a reading of the mount table, and a busy host
 * has events all the time. Safe for concurrent use.
 */
public final class GcSchedule implements AutoCloseable {
    private static final SafeLogger LOG = SafeLogger.of("io.enim.gc");
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
    private final ScheduledExecutorService timers;
    private final Duration interval;
    private final Duration timeout;
    private final DoubleSupplier jitter;
    private final AtomicReference<Requested> requested = new AtomicReference<>(Requested.NOTHING);
    private final LoopPulse pulse;
    /** When the timer's next round is due; used by the thread. */
    private Deadline timer;

    private final RequestedRounds requestedRounds = new RequestedRounds();
    private final FindingLog log = new FindingLog();
    private volatile @Nullable String lastFailure;

    /**
     * A schedule that runs nothing yet.
     *
     * @param execution waits for the rounds of callers
     * @param thread a single thread, owned and stopped by this schedule
     * @param timers runs what does not block; stays open when this closes
     * @param interval the time between rounds of the timer
     * @param timeout the longest a caller waits for a round
     * @param jitter numbers from 0 to 1
     */
    public GcSchedule(
            GarbageCollector collector,
            Execution execution,
            ScheduledExecutorService thread,
            ScheduledExecutorService timers,
            Duration interval,
            Duration timeout,
            DoubleSupplier jitter) {
        this.collector = collector;
        this.execution = execution;
        this.thread = thread;
        this.timers = timers;
        this.interval = interval;
        this.timeout = timeout;
        this.jitter = jitter;
        this.pulse = new LoopPulse("garbage collection", execution, timeout);
        this.timer = execution.deadline(Duration.ZERO);
    }

    /** Runs a first round now and starts the timer. */
    public void start() {
        pulse.due(Duration.ZERO);
        thread.execute(this::timed);
    }

    private GcReport round(String occasion, FindingLog.Scope scope, Supplier<GcReport> work) {
        pulse.begins("runs a round " + occasion);
        try {
            GcReport report = work.get();
            log.add(report, scope);
            return report;
        } finally {
            pulse.rests(timer.remaining());
        }
    }

    private void timed() {
        try {
            round("of the timer", FindingLog.Scope.EVERYTHING, collector::timerRound);
            lastFailure = null;
        } catch (Throwable e) { // Also what a seam throws undeclared (P15).
            failed("the next is in " + interval, e);
        } finally {
            Duration in = Duration.ofMillis((long) (interval.toMillis() * (0.9 + 0.2 * jitter.getAsDouble())));
            timer = execution.deadline(in);
            pulse.rests(in);
            next(in, this::timed);
        }
    }

    /** Requests a round soon, because a device or namespace changed. Does not block. */
    public void onEvent(DeviceEvent event) {
        if (event.kind() == DeviceEvent.Kind.LEFT_HOST) {
            return;
        }
        collector.onEvent(event);
        pulse.due(SETTLE);
        Requested before = requested.getAndUpdate(now -> switch (now) {
            case NOTHING, ROUND -> Requested.ROUND;
            case NOTHING_YET, ANOTHER_ROUND -> Requested.ANOTHER_ROUND;
        });
        if (before == Requested.NOTHING) {
            next(SETTLE, this::afterEvent);
        }
    }

    private void afterEvent() {
        requested.set(Requested.NOTHING_YET);
        try {
            round("after an event", FindingLog.Scope.ASSIGNMENTS, collector::assignmentsRound);
        } catch (Throwable e) { // Also what a seam throws undeclared (P15).
            failed("it followed an event; the next is the timer's", e);
        } finally {
            next(PAUSE, this::afterPause);
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

    private void next(Duration in, Runnable round) {
        try {
            thread.schedule(round, in.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing; no further rounds");
        }
    }

    /**
     * Runs a full round and waits for its report.
     *
     * @throws DeadlineExceededException the round takes longer than the caller waits; it goes on if it has begun
     * @throws ClosedException the schedule is closed
     */
    public GcReport run(GcRequest request) {
        return begin(request).await();
    }

    /** As {@link #run}, for a caller that has no thread waiting. */
    public CompletableFuture<GcReport> start(GcRequest request) {
        try {
            return begin(request).future(execution, timers, (report, error) -> {});
        } catch (EniException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RequestedRound begin(GcRequest request) {
        // As of now, not as of its turn: an endpoint added in between is not on the caller's list.
        RequestedRound round =
                new RequestedRound(collector.asOfNow(request), execution.deadline(timeout), requestedRounds);
        if (requestedRounds.add(round)) {
            serveRequested();
        }
        if (thread.isShutdown()) {
            closeRequested();
        }
        return round;
    }

    private void serveRequested() {
        pulse.due(Duration.ZERO);
        try {
            thread.execute(this::nextRequested);
        } catch (RejectedExecutionException e) {
            closeRequested();
        }
    }

    private void nextRequested() {
        RequestedRound round = requestedRounds.next();
        if (round == null) {
            pulse.rests(timer.remaining());
        } else {
            round.run(
                    request -> round("that a caller asked for", FindingLog.Scope.EVERYTHING, () -> fullRound(request)));
            serveRequested();
        }
    }

    /** It does what a round of the timer does, so that a failure before it says nothing any more. */
    private GcReport fullRound(GcRequest request) {
        GcReport report = collector.fullRound(request);
        lastFailure = null;
        return report;
    }

    private void closeRequested() {
        requestedRounds.removeAll().forEach(RequestedRound::closed);
    }

    /** Why the last round failed; and the endpoints whose liveness is unknown, to which nothing is done. Does not block. */
    public Stream<String> problems() {
        return Stream.concat(Stream.ofNullable(lastFailure), collector.doubts().stream());
    }

    /** The thread of the rounds. Does not block. */
    public Heartbeat heartbeat() {
        return pulse.read();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        closeRequested(); // Their callers wait for them.
    }
}

package io.enim.core.simulation;

import io.enim.DeadlineExceededException;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.core.chaos.Fault.Place;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What must be true of calls: how often a seam is called, how long and how often it may hang, and how calls may fail. */
final class CallOracle {
    /** Longer than any limit for one call. */
    private static final Duration INTERRUPTED_WITHIN = Duration.ofSeconds(40);
    /** Longer than the longest DEL. */
    private static final Duration SOURCE_INTERRUPTED_WITHIN = Duration.ofSeconds(100);

    private static final Duration CALM = Duration.ofMinutes(5);
    private static final int MOST_A_SECOND = 1_000;
    /** The pool bounds the calls of each kind that hang; beside them run those that are not overdue. */
    private static final int MOST_HANGING_IN_THE_CLOUD = 16;

    /** A call of a seam. */
    private record Call(
            Place place, String operation, @Nullable SimulatedProcess process, long began) {
        boolean isLike(Call other) {
            return operation.equals(other.operation) && process == other.process;
        }
    }

    private final Scheduler scheduler;
    private final Consumer<String> violated;
    private final int mostHanging;
    private final Map<String, Integer> inThisSecond = new HashMap<>();
    private final Map<SimulatedThread, Call> running = new HashMap<>();
    private final Map<SimulatedThread, Call> hanging = new HashMap<>();
    private long second;

    /**
     * An oracle.
     *
     * @param mostHanging fewer threads of a process may hang in one operation
     */
    CallOracle(Scheduler scheduler, int mostHanging, Consumer<String> violated) {
        this.scheduler = scheduler;
        this.mostHanging = mostHanging;
        this.violated = violated;
    }

    void begins(SimulatedThread thread, Place place, String operation) {
        running.put(thread, new Call(place, operation, thread.process(), scheduler.now()));
        long now = scheduler.now() / 1_000_000_000;
        if (now != second) {
            second = now;
            inThisSecond.clear();
        }
        // What a listener was not told while it hung, it is told at once afterwards.
        boolean isCounted = place != Place.METRICS;
        if (isCounted && inThisSecond.merge(operation, 1, Integer::sum) == MOST_A_SECOND) {
            violated.accept("P19: " + operation + " is called " + MOST_A_SECOND + " times in a second");
        }
    }

    /** The call of this thread hangs, whatever happens or until it is interrupted. */
    void hangs(SimulatedThread thread, boolean deaf) {
        Call call = running.get(thread);
        hanging.put(thread, call);
        int most = call.place() == Place.CLOUD ? MOST_HANGING_IN_THE_CLOUD : mostHanging;
        if (deaf && hanging.values().stream().filter(call::isLike).count() >= most) {
            violated.accept("P19: " + most + " threads hang in " + call.operation());
        }
        Duration limit = longest(call.place());
        if (!deaf && scheduler.now() - call.began() > limit.toNanos()) {
            violated.accept("P8: " + call.operation() + " hangs for " + limit + ", and is not interrupted");
        }
    }

    private static Duration longest(Place place) {
        return switch (place) {
            case CLOUD, PROVIDER -> INTERRUPTED_WITHIN;
            case LIVENESS -> SOURCE_INTERRUPTED_WITHIN;
            case DEVICES, DISK, METRICS -> Duration.ofDays(365);
        };
    }

    /** What hangs in a process whatever happens, since a call began so long ago. */
    Optional<String> hangsSince(SimulatedProcess process, Duration age) {
        return hanging.entrySet().stream()
                .filter(each -> each.getKey().isDeaf()
                        && each.getValue().process() == process
                        && scheduler.now() - each.getValue().began() > age.toNanos())
                .map(each -> each.getValue().operation() + " hangs for longer than " + age)
                .findFirst();
    }

    void hangsNoMore(SimulatedThread thread) {
        hanging.remove(thread);
    }

    /** A call to the manager failed. */
    void failed(String name, Throwable error, Duration calm) {
        boolean isDrawn = false;
        for (Throwable e = error; e != null; e = e.getCause()) {
            String message = String.valueOf(e.getMessage());
            isDrawn |= message.contains("chaos: ") || message.contains("simulated");
        }
        if (String.valueOf(error.getMessage()).contains("chaos: metrics")) {
            violated.accept("P15: " + name + " failed for a listener: " + error);
        } else if (!(error instanceof EniException) && !isDrawn) {
            violated.accept("P15: " + name + " failed with " + error);
        } else if (error instanceof InvalidRequestException wrong
                && !wrong.field().equals("wish")
                && !isDrawn) {
            violated.accept("P15: " + name + " failed as if it were wrong: " + error);
        } else if (error instanceof DeadlineExceededException
                && calm.compareTo(CALM) > 0
                && (name.equals("ADD") || name.equals("DEL"))) {
            violated.accept("P8: nothing has failed for " + calm + ", and " + name + " failed with " + error);
        }
    }
}

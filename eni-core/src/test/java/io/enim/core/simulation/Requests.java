package io.enim.core.simulation;

import io.enim.EniManager;
import io.enim.spi.Liveness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The agent: keeps a manager running, and passes calls to it on threads of its process. */
final class Requests {
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final Duration CALM = Duration.ofMinutes(2);
    private static final Duration SHORT_CLOSE = Duration.ofSeconds(3);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(40);

    /** A call that is under way. */
    private record Request(String name, long began, Duration limit, Consumer<Throwable> failed) {}

    private final SimulatedNode node;
    private final WorldEvents events;
    private final Liveness runtime;
    private final Random random;
    private final List<Request> open = new ArrayList<>();
    private final Map<EniManager, Long> closedAt = new IdentityHashMap<>();
    private @Nullable SimulatedProcess process;
    /** While its manager is not there. */
    private @Nullable SimulatedProcess starting;

    private @Nullable ExecutorService threads;
    private @Nullable EniManager manager;
    private int starts;

    Requests(SimulatedNode node, WorldEvents events, Liveness runtime) {
        this.node = node;
        this.events = events;
        this.runtime = runtime;
        this.random = node.scheduler.newRandom();
    }

    @Nullable
    EniManager manager() {
        return manager;
    }

    @Nullable
    SimulatedProcess process() {
        return process;
    }

    int starts() {
        return starts;
    }

    /** Starts a process, whose manager takes calls once it is built. One that cannot be built starts again. */
    void start() {
        SimulatedProcess begun = node.newProcess();
        process = begun;
        starting = begun;
        starts++;
        threads = begun.pool(Integer.MAX_VALUE, work -> begun.newThread(work, "agent"));
        build(begun);
        events.in(Duration.ofMinutes(3), () -> {
            if (starting == begun) {
                restart(begun);
            }
        });
    }

    private void build(SimulatedProcess begun) {
        run(
                () -> {
                    try {
                        EniManager built = node.start(begun, runtime);
                        if (process == begun) {
                            manager = built;
                            starting = null;
                        }
                    } catch (ProcessDeath e) {
                        throw e;
                    } catch (Throwable e) {
                        events.in(Duration.ofSeconds(5), () -> afterFailedBuild(begun, e));
                    }
                },
                e -> events.in(Duration.ofSeconds(5), () -> restart(begun)));
    }

    /** What failed to start is gone when its threads are; the agent tries again by itself, or ends. */
    private void afterFailedBuild(SimulatedProcess begun, Throwable cause) {
        if (process != begun || begun.isDead()) {
            return;
        }
        boolean isOver =
                begun.threads().stream().allMatch(thread -> thread.getName().startsWith("agent"));
        if (isOver && node.disk.isLocked(begun)) {
            node.oracle.violated("P17: no manager was built, and directories are locked, after " + cause);
        }
        if (random.nextBoolean()) {
            build(begun);
        } else {
            restart(begun);
        }
    }

    private void run(Runnable work, Consumer<Throwable> failed) {
        try {
            threads.execute(work);
        } catch (OutOfMemoryError e) {
            failed.accept(e);
        }
    }

    private void restart(SimulatedProcess of) {
        if (process == of && !of.isDead()) {
            kill(Duration.ZERO);
        }
    }

    /** The process dies; the next one starts after this time. */
    void kill(Duration until) {
        node.kill(process);
        gone(until);
    }

    void losePower(Duration until) {
        node.losePower();
        gone(until);
    }

    private void gone(Duration until) {
        SimulatedProcess dead = process;
        manager = null;
        List<Request> lost = List.copyOf(open);
        open.clear();
        lost.forEach(request -> request.failed().accept(new ProcessDeath()));
        events.in(until, () -> {
            if (process == dead) {
                start();
            }
        });
    }

    /** Closes the manager, and starts the next one; its process ends, or lives on beside that. */
    void restart(boolean ends) {
        SimulatedProcess closing = process;
        close(() -> {
            if (process == closing && ends) {
                kill(Duration.ZERO);
            } else if (process == closing) {
                start();
            }
        });
    }

    /** Closes the manager. */
    void close(Runnable then) {
        SimulatedProcess closing = process;
        EniManager old = manager;
        if (old == null) {
            return;
        }
        manager = null;
        run(
                () -> {
                    long began = node.scheduler.now();
                    try {
                        old.close();
                    } catch (ProcessDeath e) {
                        throw e;
                    } catch (Throwable e) {
                        node.oracle.violated("P15: close() failed with " + e);
                    }
                    within("close", began, node.trouble.calm().compareTo(CALM) > 0 ? SHORT_CLOSE : LONGEST_CLOSE);
                    closedAt.put(old, node.scheduler.now());
                    node.closed(closing);
                    events.in(Duration.ZERO, then);
                },
                e -> events.in(Duration.ZERO, () -> restart(closing)));
    }

    /** Calls the manager; one of the consumers is told, unless this is the end of the run. */
    <T> void call(
            String name, Duration limit, Function<EniManager, T> call, Consumer<T> ok, Consumer<Throwable> failed) {
        EniManager called = manager;
        if (called == null) {
            failed.accept(new IllegalStateException("no agent listens"));
            return;
        }
        Request request = new Request(name, node.scheduler.now(), limit, failed);
        open.add(request);
        run(
                () -> {
                    Runnable told;
                    try {
                        T answer = call.apply(called);
                        told = () -> ok.accept(answer);
                    } catch (ProcessDeath e) {
                        throw e;
                    } catch (Throwable e) {
                        node.calls.failed(name, e, node.trouble.calm());
                        told = () -> failed.accept(e);
                    }
                    if (open.remove(request)) {
                        within(name, request.began(), limit);
                        afterClose(called, name);
                        told.run();
                    }
                },
                e -> {
                    open.remove(request);
                    failed.accept(e);
                });
    }

    /** No caller waits for longer than its call may take. */
    void allInTime() {
        List.copyOf(open).forEach(request -> within(request.name(), request.began(), request.limit()));
    }

    /** The callers of a manager that is closed have their answers. */
    private void afterClose(EniManager called, String name) {
        Long closed = closedAt.get(called);
        Duration since = Duration.ofNanos(node.scheduler.now() - (closed == null ? node.scheduler.now() : closed));
        if (since.compareTo(SLACK) > 0) {
            node.oracle.violated("P8: " + name + " was answered " + since + " after close() had returned");
        }
    }

    private void within(String name, long began, Duration limit) {
        Duration took = Duration.ofNanos(node.scheduler.now() - began);
        if (took.compareTo(limit.plus(SLACK)) > 0) {
            node.oracle.violated("P8: " + name + " took " + took + ", and may take " + limit);
        }
    }
}

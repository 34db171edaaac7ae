package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.core.stress.StressProgram.Supply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs the actions of several threads on one machine, lets it become quiet, and reports the broken promises. */
final class StressRun implements AutoCloseable {
    /** Far beyond every deadline of the settings: a thread that has not ended by then never will. */
    private static final Duration FOR_EVER = Duration.ofMinutes(5);

    /**
     * The outcome of a run.
     *
     * @param violations empty if all promises were kept
     * @param counts how often each action ran, and how it ended
     */
    record Outcome(List<String> violations, Map<String, Long> counts) {
        /** The number of all actions. */
        long actions() {
            return Arrays.stream(StressAction.Verb.values())
                    .mapToLong(verb -> counts.getOrDefault(verb.name(), 0L))
                    .sum();
        }
    }

    private final StressEnvironment environment;
    private final StressOracle oracle;
    private final NodeRuntime runtime;
    private final QuiescenceCheck quiescence;

    /**
     * Starts a manager, and waits until an ENI is free.
     *
     * @param pods the number of pods in the program
     */
    StressRun(StressEnvironment environment, int pods, SeededManagerBug seededManagerBug) {
        this.environment = environment;
        this.oracle = new StressOracle(environment::locate, environment::tenantResidue);
        this.runtime = new NodeRuntime(environment, oracle, seededManagerBug, endpoints(pods));
        this.quiescence = new QuiescenceCheck(environment, runtime, oracle, seededManagerBug);
        quiescence.awaitFree();
    }

    /** Runs a program on a machine of its own. */
    static Outcome run(StressProgram stressProgram, SeededManagerBug seededManagerBug) {
        List<Consumer<NodeRuntime>> threads = new ArrayList<>();
        for (List<StressAction> actions : stressProgram.threads()) {
            threads.add(actor -> actions.forEach(actor::act));
        }
        return run(stressProgram.enis(), stressProgram.supply(), StressAction.PODS, seededManagerBug, threads);
    }

    /** Runs threads on a machine of their own; they use the first {@code pods} pods. */
    static Outcome run(int enis, Supply supply, int pods, SeededManagerBug bug, List<Consumer<NodeRuntime>> threads) {
        try (StressRun stressRun = new StressRun(new InMemoryStressEnvironment(enis, supply), pods, bug)) {
            stressRun.run(threads);
            stressRun.end();
            return stressRun.outcome();
        }
    }

    /** Runs these threads, lets the machine become quiet, and checks it. May be called again. */
    void run(List<Consumer<NodeRuntime>> threads) {
        try {
            together(threads);
            quiescence.require();
        } catch (TimeoutException e) {
            oracle.violated("P8: a thread is not back after " + FOR_EVER);
        }
    }

    /** Closes the manager for good, after which nothing of it may be left. */
    void end() {
        runtime.close();
        List<String> left = environment.seams().left(environment.directory().toString());
        if (!left.isEmpty()) {
            oracle.violated("P15, P17: closed, and these are left: " + left);
        }
    }

    Outcome outcome() {
        return new Outcome(oracle.violations(), oracle.counts());
    }

    @Override
    public void close() {
        runtime.close();
        environment.close();
    }

    private static Set<Endpoint> endpoints(int pods) {
        return IntStream.range(0, pods * StressAction.LIVES)
                .mapToObj(i -> StressAction.endpoint(i % pods, i / pods))
                .collect(Collectors.toSet());
    }

    private void together(List<Consumer<NodeRuntime>> threads) throws TimeoutException {
        ExecutorService executor = Executors.newFixedThreadPool(threads.size());
        try {
            CyclicBarrier start = new CyclicBarrier(threads.size());
            List<Future<?>> running = new ArrayList<>();
            for (Consumer<NodeRuntime> thread : threads) {
                running.add(executor.submit(() -> {
                    start.await();
                    thread.accept(runtime);
                    return true;
                }));
            }
            for (Future<?> one : running) {
                awaitEnd(one);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread of the program failed", e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    /** Waits as long as there is progress; only a standstill counts. */
    private void awaitEnd(Future<?> thread) throws InterruptedException, ExecutionException, TimeoutException {
        long before = -1;
        long now = outcome().actions();
        while (now != before) {
            try {
                thread.get(FOR_EVER.toSeconds(), TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                before = now;
                now = outcome().actions();
            }
        }
        throw new TimeoutException();
    }
}

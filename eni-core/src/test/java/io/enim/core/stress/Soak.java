package io.enim.core.stress;

import io.enim.core.stress.StressAction.Verb;
import io.enim.core.stress.StressProgram.Supply;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads against one manager for some minutes; every half minute they pause, and what came to rest is counted. Started by
 * {@code eni-core/soak}.
 */
final class Soak {
    private static final int THREADS = 8;
    private static final int PODS = 12;
    private static final int ENIS = 8;
    private static final int LONGER_LIVES = 20;
    private static final Duration ROUND = Duration.ofSeconds(30);
    private static final long SHOW_SECONDS = 10;

    private final PrintStream out;
    private final StressRun stressRun;
    private final long began = System.nanoTime();

    private Soak(PrintStream out, StressRun stressRun) {
        this.out = out;
        this.stressRun = stressRun;
    }

    /** See {@link #soak}; exits with what it answers. */
    public static void main(String[] arguments) {
        System.exit(soak(List.of(arguments), System.out));
    }

    /**
     * Soaks, and answers 1 if a promise was broken, else 0.
     *
     * @param arguments minutes, {@code memory} or {@code veth}, {@code fixed} or {@code elastic}, a seed, and
     *     {@code sound} or {@code flawed}
     */
    static int soak(List<String> arguments, PrintStream out) {
        Duration time = Duration.ofMillis(Math.round(Double.parseDouble(arguments.get(0)) * 60_000));
        Supply supply = Supply.valueOf(arguments.get(2).toUpperCase(Locale.ROOT));
        SeededManagerBug seededManagerBug = arguments.get(4).equals("flawed")
                ? new SeededManagerBugs.DelForgetsTheContainer()
                : SeededManagerBug.NONE;
        StressEnvironment stressEnvironment = arguments.get(1).equals("veth")
                ? new KernelStressEnvironment(ENIS, supply)
                : new InMemoryStressEnvironment(ENIS, supply);
        try (StressRun stressRun = new StressRun(stressEnvironment, PODS, seededManagerBug)) {
            return new Soak(out, stressRun)
                            .run(time, Long.parseLong(arguments.get(3)))
                            .violations()
                            .isEmpty()
                    ? 0
                    : 1;
        }
    }

    private StressRun.Outcome run(Duration time, long seed) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        clock.scheduleAtFixedRate(this::show, SHOW_SECONDS, SHOW_SECONDS, TimeUnit.SECONDS);
        try {
            int rounds = 0;
            while (elapsed().compareTo(time) < 0
                    && stressRun.outcome().violations().isEmpty()) {
                Duration end = elapsed().plus(ROUND);
                stressRun.run(threads(end.compareTo(time) < 0 ? end : time, seed + rounds));
                rounds++;
            }
            stressRun.end();
            return conclude(rounds);
        } finally {
            clock.shutdownNow();
        }
    }

    private List<Consumer<NodeRuntime>> threads(Duration end, long seed) {
        List<Consumer<NodeRuntime>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(seed * THREADS + thread);
            threads.add(runtime -> {
                while (elapsed().compareTo(end) < 0 && !runtime.isViolated()) {
                    runtime.act(action(random));
                }
            });
        }
        return threads;
    }

    /** Managers live longer here than in short programs, so that much can begin under one and end under the same. */
    private static StressAction action(Random random) {
        StressAction drawn = StressAction.random(random, PODS);
        boolean ends = drawn.verb() == Verb.RESTART || drawn.verb() == Verb.CRASH;
        return ends && random.nextInt(LONGER_LIVES) > 0
                ? new StressAction(Verb.CHECK, drawn.subject(), drawn.life(), drawn.strike())
                : drawn;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void show() {
        StressRun.Outcome now = stressRun.outcome();
        out.printf(
                "%4d s  %8d operations  %6d ADDs answered  %5d restarts and deaths  %d violations%n",
                elapsed().toSeconds(),
                now.actions(),
                count(now, "ADD ok") + count(now, "SHORT_ADD ok") + count(now, "PATIENT_ADD ok"),
                count(now, "RESTART ok") + count(now, "CRASH ok"),
                now.violations().size());
    }

    private static long count(StressRun.Outcome outcome, String what) {
        return outcome.counts().getOrDefault(what, 0L);
    }

    /** A violation of P5 is an ENI or a device that did not come to rest; every other is a conflict. */
    private StressRun.Outcome conclude(int rounds) {
        StressRun.Outcome outcome = stressRun.outcome();
        outcome.counts().forEach((what, times) -> out.printf("%-42s %8d%n", what, times));
        outcome.violations().forEach(violation -> out.println("VIOLATION " + violation));
        long leaks = outcome.violations().stream()
                .filter(violation -> violation.startsWith("P5"))
                .count();
        out.printf(
                "operations %d in %d s, %d times at rest; conflicts %d, leaks %d%n",
                outcome.actions(),
                elapsed().toSeconds(),
                rounds,
                outcome.violations().size() - leaks,
                leaks);
        return outcome;
    }
}

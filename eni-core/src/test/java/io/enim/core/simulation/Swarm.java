package io.enim.core.simulation;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Node after node, each under a mix of faults of its own. Prints how far it is, and what fails with the faults that it takes. */
final class Swarm {
    private static final int MOST_FAILURES = 5;
    private static final Duration REPORT = Duration.ofMinutes(1);

    private final long count;
    private final List<String> failures = new ArrayList<>();
    private final long began = cpuNanos();
    private Duration lived = Duration.ZERO;
    private long ran;

    private Swarm(long count) {
        this.count = count;
    }

    /** Runs the seeds from this one on. Returns the failures. */
    static List<String> run(long first, long count, Duration time) throws InterruptedException {
        Swarm swarm = new Swarm(count);
        long reported = System.nanoTime();
        for (long seed = first; seed < first + count && swarm.failures.size() < MOST_FAILURES; seed++) {
            swarm.run(seed, Scenario.of(seed, time, Flaw::new));
            if (System.nanoTime() - reported > REPORT.toNanos()) {
                reported = System.nanoTime();
                swarm.report();
            }
        }
        swarm.report();
        return swarm.failures;
    }

    private void run(long seed, Scenario scenario) throws InterruptedException {
        NodeRun.Outcome outcome = scenario.run();
        lived = lived.plus(outcome.time());
        ran++;
        if (!outcome.violations().isEmpty()) {
            System.out.printf("seed %d, now shrunk: %s%n", seed, outcome.violations());
            String failure = outcome.violations() + "\n" + scenario.shrunk();
            failures.add(failure);
            System.out.println(failure);
        }
    }

    private void report() {
        System.out.printf(
                "%d of %d fault mixes, %.1f node-days in %d s of processor time, %d failed%n",
                ran, count, lived.toMinutes() / 1440.0, (cpuNanos() - began) / 1_000_000_000, failures.size());
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

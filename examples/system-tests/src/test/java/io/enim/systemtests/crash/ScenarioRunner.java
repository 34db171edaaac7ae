package io.enim.systemtests.crash;

import io.enim.NoEniAvailableException;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import io.enim.systemtests.crash.NodeProcess.NodeDiedException;
import io.enim.systemtests.crash.NodeProcess.NodeReply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Runs cases on one ground, each on what the one before left once it was found to be in order. Where a promise was broken
 * the next case gets a new ground.
 */
final class ScenarioRunner implements AutoCloseable {
    private static final int DIFFERENT_PASSES = 3;

    private final NodeJvm nodeJvm;
    private final Path directory;
    private final int seed;
    private final SeededBug seededBug;
    private CrashTestbed testbed;
    private int number;

    ScenarioRunner(NodeJvm nodeJvm, Path directory, int seed, SeededBug seededBug) {
        this.nodeJvm = nodeJvm;
        this.directory = directory;
        this.seed = seed;
        this.seededBug = seededBug;
        this.testbed = newTestbed();
    }

    private CrashTestbed newTestbed() {
        return new CrashTestbed(nodeJvm, directory.resolve("seed" + seed + "-from" + (number + 1)), seed, seededBug);
    }

    /**
     * How a case ended.
     *
     * @param reached whether everything happened that was to
     * @param after the points passed after the last thing that happened, up to the end of the second round
     * @param broken what was not as promised; empty when all was
     */
    record ScenarioResult(CrashScenario scenario, boolean reached, List<CrashPoint> after, String broken) {}

    /** Passes of a point in a program that nothing disturbs. */
    record PointPasses(NodeWorkload workload, int passes) {}

    /** Runs every program undisturbed, and tells which points it passes, how often. */
    Map<CrashPoint, List<PointPasses>> countPasses() {
        Map<CrashPoint, List<PointPasses>> reaches = new LinkedHashMap<>();
        for (NodeWorkload nodeWorkload : NodeWorkload.values()) {
            ScenarioResult scenarioResult = run(new CrashScenario(nodeWorkload, List.of(), List.of(), false));
            if (!scenarioResult.broken().isEmpty()) {
                throw new PromiseViolation(nodeWorkload + " undisturbed: " + scenarioResult.broken());
            }
            Map<CrashPoint, Integer> counts = new LinkedHashMap<>();
            scenarioResult.after().forEach(crashPoint -> counts.merge(crashPoint, 1, Integer::sum));
            counts.forEach((crashPoint, passes) -> reaches.computeIfAbsent(crashPoint, key -> new ArrayList<>())
                    .add(new PointPasses(nodeWorkload, passes)));
        }
        return reaches;
    }

    /** Runs a deed at a point by one of the programs that pass it, which one the seed says; others when that one misses. */
    ScenarioResult at(CrashPoint crashPoint, Effect effect, List<PointPasses> reaches) {
        Random random = new Random(31L * seed + crashPoint.hashCode());
        List<PointPasses> order = new ArrayList<>(reaches);
        Collections.shuffle(order, random);
        // What leaves the pool smaller wants a new ground afterwards, so it comes last.
        order.sort(Comparator.comparing(pointPasses -> pointPasses.workload().leaves(testbed) < testbed.size));
        boolean crowd = effect == Effect.FAIL || random.nextBoolean();
        PointPasses first = order.get(0);
        int passes = 1 + random.nextInt(Math.min(first.passes(), DIFFERENT_PASSES));
        ScenarioResult scenarioResult = run(new CrashScenario(
                first.workload(), FailPointTrap.of(new FailPointTrap(crashPoint, passes, effect)), List.of(), crowd));
        for (int i = 0;
                i < order.size()
                        && !scenarioResult.reached()
                        && scenarioResult.broken().isEmpty();
                i++) {
            NodeWorkload nodeWorkload = order.get(i).workload();
            scenarioResult = run(new CrashScenario(
                    nodeWorkload, FailPointTrap.of(new FailPointTrap(crashPoint, 1, effect)), List.of(), crowd));
        }
        return scenarioResult;
    }

    /** Runs one case, and checks every promise after it. */
    ScenarioResult run(CrashScenario wanted) {
        WorkloadRun workloadRun = new WorkloadRun(testbed, ++number);
        boolean reached = false;
        List<CrashPoint> after = new ArrayList<>();
        try {
            reached = disturb(wanted, workloadRun, after);
            settle(workloadRun);
            if (wanted.workload().leaves(testbed) < testbed.size) {
                renew();
            }
            return new ScenarioResult(wanted, reached, after, "");
        } catch (PromiseViolation e) {
            return broken(wanted, reached, after, String.valueOf(e.getMessage()));
        } catch (NodeDiedException e) {
            return broken(wanted, reached, after, "it ended where nothing was to happen: " + e.getMessage());
        }
    }

    private ScenarioResult broken(CrashScenario wanted, boolean reached, List<CrashPoint> after, String why) {
        String detail = why + " (log: " + testbed.log() + ", run " + number + ")";
        renew();
        return new ScenarioResult(wanted, reached, after, detail);
    }

    private void renew() {
        testbed.close();
        testbed = newTestbed();
    }

    private boolean disturb(CrashScenario wanted, WorkloadRun workloadRun, List<CrashPoint> after) {
        wanted.workload().prepare(workloadRun);
        PromiseViolation.throwIfAny("preparing", workloadRun.errors());
        List<FailPointTrap> traps = new ArrayList<>(wanted.workload().before());
        traps.addAll(wanted.during());
        testbed.ask("traps " + FailPointTrap.text(traps));
        boolean died = dies(() -> wanted.workload().act(workloadRun));
        boolean reached = died;
        if (!died) {
            List<String> passed = testbed.ask("passed").orFail("passed");
            reached = passed.stream()
                            .filter(point -> point.startsWith(FailPointController.TRIGGERED))
                            .count()
                    == traps.size();
            passed.subList(1 + lastTriggered(passed), passed.size())
                    .forEach(point -> after.add(CrashPoint.parse(point)));
            if (wanted.during().isEmpty()) {
                PromiseViolation.throwIfAny(
                        "undisturbed", wanted.workload().before().isEmpty() ? workloadRun.errors() : List.of());
            }
        }
        workloadRun.releaseHeldNamespaces();
        if (died) {
            seededBug.afterDeath(testbed.runDirectory());
            testbed.startSuccessor();
            testbed.ask("traps " + FailPointTrap.text(wanted.recovering()));
            boolean diedAgain = dies(() -> recover(wanted, workloadRun, true));
            if (diedAgain) {
                testbed.startSuccessor();
                recover(wanted, workloadRun, true);
            }
            reached = wanted.recovering().isEmpty() || diedAgain;
        } else {
            if (wanted.workload().restarts()) {
                workloadRun.stop();
            }
            recover(wanted, workloadRun, wanted.workload().restarts());
        }
        if (died) {
            testbed.ask("passed").orFail("passed").forEach(point -> after.add(CrashPoint.parse(point)));
        }
        return reached;
    }

    private static int lastTriggered(List<String> passed) {
        for (int i = passed.size() - 1; i >= 0; i--) {
            if (passed.get(i).startsWith(FailPointController.TRIGGERED)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the process ends during this; afterwards nothing more happens to it, whatever its other threads pass. */
    private boolean dies(Runnable deed) {
        try {
            deed.run();
            testbed.ask("disarm");
            return false;
        } catch (NodeDiedException e) {
            if (e.status != SelfKill.STATUS) {
                throw e;
            }
            return true;
        }
    }

    /** All the help there is: the process is started, and collects twice. */
    private void recover(CrashScenario wanted, WorkloadRun workloadRun, boolean fromNothing) {
        if (fromNothing) {
            testbed.start("enim.pool.min=" + wanted.workload().leaves(testbed));
        }
        testbed.awaitFirstDescribe();
        testbed.awaitHardware();
        // Whatever is called free is taken.
        long free = wanted.allFreeTaken() ? testbed.count("READY") : 0;
        for (int i = 0; i < free; i++) {
            workloadRun.add("newcomer" + i);
        }
        testbed.ask("gc").orFail("gc");
        testbed.ask("gc").orFail("gc");
        PromiseViolation.throwIfAny("after two rounds", CrashOracle.violations(testbed, workloadRun.withoutDevice()));
        testbed.awaitSettled(wanted.workload().leaves(testbed));
    }

    /** The endpoint that was disturbed comes again and is served, all go, and the ground is as before. */
    private void settle(WorkloadRun workloadRun) {
        PromiseViolation.throwIfAny("in the end", CrashOracle.violationsAtEnd(testbed, workloadRun.withoutDevice()));
        String victim = workloadRun.name(WorkloadRun.VICTIM);
        workloadRun.endpoints().stream()
                .filter(name -> !name.equals(victim))
                .forEach(name -> testbed.ask("del " + name).orFail("del " + name));
        if (testbed.hasSandbox(victim)) {
            // The newcomers' ENIs rest for a moment; any other answer than that none is free is not what was promised.
            CrashTestbed.await("an ENI is free for " + victim, () -> isServed(testbed.add(victim)));
            PromiseViolation.throwIfAny(
                    "ADD again", testbed.ask("check " + victim).orFail("check"));
        }
        testbed.ask("del " + victim).orFail("del " + victim);
        workloadRun.endpoints().forEach(testbed::endSandbox);
        CrashTestbed.await(
                "every ENI that no bystander holds is ready",
                () -> testbed.count() == 0
                        && testbed.count("READY")
                                == testbed.snapshot().cloud().size()
                                        - testbed.bystanders().size());
        PromiseViolation.throwIfAny("when all are gone", CrashOracle.violationsAtEnd(testbed, Set.of()));
    }

    private static boolean isServed(NodeReply nodeReply) {
        boolean noneIsFree = nodeReply
                .error()
                .filter(error -> error.startsWith(NoEniAvailableException.class.getSimpleName()))
                .isPresent();
        return !noneIsFree && !nodeReply.orFail("ADD again").isEmpty();
    }

    /** Ends the ground's process orderly. */
    void endOrderly() {
        testbed.endOrderly();
    }

    @Override
    public void close() {
        testbed.close();
    }
}

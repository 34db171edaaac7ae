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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios on one testbed, each on what the one before left once it was found to be in order. Where a promise was
 * broken the next one gets a new testbed.
 */
final class ScenarioRunner implements AutoCloseable {
    private static final int DIFFERENT_PASSES = 3;

    private final NodeJvm nodeJvm;
    private final Path directory;
    private final int seed;
    private final SeededBug seededBug;
    private @Nullable CrashTestbed testbed;
    private int number;

    ScenarioRunner(NodeJvm nodeJvm, Path directory, int seed, SeededBug seededBug) {
        this.nodeJvm = nodeJvm;
        this.directory = directory;
        this.seed = seed;
        this.seededBug = seededBug;
    }

    /**
     * How a scenario ended.
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
        for (NodeWorkload workload : NodeWorkload.values()) {
            ScenarioResult result = run(new CrashScenario(workload));
            if (!result.broken().isEmpty()) {
                throw new PromiseViolation(workload + " undisturbed: " + result.broken());
            }
            Map<CrashPoint, Integer> counts = new LinkedHashMap<>();
            result.after().forEach(point -> counts.merge(point, 1, Integer::sum));
            counts.forEach((point, passes) ->
                    reaches.computeIfAbsent(point, key -> new ArrayList<>()).add(new PointPasses(workload, passes)));
        }
        return reaches;
    }

    /** Has this happen at a point in one of the programs that pass it, which one the seed says; in others when that misses. */
    ScenarioResult at(CrashPoint point, Effect effect, List<PointPasses> reaches) {
        Random random = new Random(31L * seed + point.hashCode());
        List<PointPasses> order = new ArrayList<>(reaches);
        Collections.shuffle(order, random);
        // What leaves the pool smaller wants a new testbed afterwards, so it comes last.
        order.sort(Comparator.comparing(passes -> passes.workload() == NodeWorkload.SHRINK));
        boolean crowd = effect == Effect.FAIL || random.nextBoolean();
        int passes = 1 + random.nextInt(Math.min(order.get(0).passes(), DIFFERENT_PASSES));
        ScenarioResult result = at(point, passes, effect, order.get(0).workload(), crowd);
        for (int i = 0; i < order.size() && !result.reached() && result.broken().isEmpty(); i++) {
            result = at(point, 1, effect, order.get(i).workload(), crowd);
        }
        return result;
    }

    private ScenarioResult at(CrashPoint point, int passes, Effect effect, NodeWorkload workload, boolean crowd) {
        return run(new CrashScenario(workload, List.of(new FailPointTrap(point, passes, effect)), List.of(), crowd));
    }

    /** Runs one scenario, and checks every promise after it. */
    ScenarioResult run(CrashScenario scenario) {
        number++;
        if (testbed == null) {
            testbed = new CrashTestbed(nodeJvm, directory.resolve("from" + number), seed, seededBug);
        }
        WorkloadRun run = new WorkloadRun(testbed, number);
        boolean reached = false;
        List<CrashPoint> after = new ArrayList<>();
        String broken = "";
        try {
            reached = disturb(scenario, run, after);
            settle(run);
        } catch (PromiseViolation | NodeDiedException e) {
            broken = e.getMessage() + " (log: " + run.testbed.log() + ", run " + number + ")";
        }
        if (!broken.isEmpty() || scenario.workload() == NodeWorkload.SHRINK) {
            close();
        }
        return new ScenarioResult(scenario, reached, after, broken);
    }

    private boolean disturb(CrashScenario scenario, WorkloadRun run, List<CrashPoint> after) {
        NodeWorkload workload = scenario.workload();
        CrashTestbed testbed = run.testbed;
        workload.prepare(run);
        PromiseViolation.throwIfAny("preparing", run.errors);
        List<FailPointTrap> traps = Stream.concat(workload.before().stream(), scenario.during().stream())
                .toList();
        testbed.ask("traps " + FailPointTrap.text(traps));
        if (scenario.kills()) {
            testbed.prepareSuccessor();
        }
        if (dies(testbed, () -> workload.act(run))) {
            run.releaseHeldNamespaces();
            seededBug.afterDeath(testbed.runDirectory());
            testbed.startSuccessor();
            testbed.ask("traps " + FailPointTrap.text(scenario.recovering()));
            boolean diedAgain = dies(testbed, () -> recover(scenario, run, true));
            if (diedAgain) {
                testbed.startSuccessor();
                recover(scenario, run, true);
            }
            testbed.passed().forEach(point -> after.add(CrashPoint.parse(point)));
            return scenario.recovering().isEmpty() || diedAgain;
        }
        int triggered = 0;
        for (String point : testbed.passed()) {
            if (point.startsWith(FailPointController.TRIGGERED)) {
                triggered++;
                after.clear();
            } else {
                after.add(CrashPoint.parse(point));
            }
        }
        if (traps.isEmpty()) {
            PromiseViolation.throwIfAny("undisturbed", run.errors);
        }
        run.releaseHeldNamespaces();
        if (workload.restarts()) {
            run.stop();
        }
        recover(scenario, run, workload.restarts());
        return triggered == traps.size();
    }

    /** Whether the process ends during this; afterwards nothing more happens to it, whatever its other threads pass. */
    private static boolean dies(CrashTestbed testbed, Runnable deed) {
        try {
            deed.run();
            testbed.ask("disarm");
            return false;
        } catch (NodeDiedException e) {
            if (e.status != FailPointController.KILLED) {
                throw e;
            }
            return true;
        }
    }

    /** All the help there is: the process is started, and collects twice. */
    private static void recover(CrashScenario scenario, WorkloadRun run, boolean fromNothing) {
        CrashTestbed testbed = run.testbed;
        int leaves = scenario.workload().leaves(testbed);
        if (fromNothing) {
            testbed.start("enim.pool.min=" + leaves);
        }
        testbed.awaitFirstDescribe();
        testbed.awaitHardware();
        if (scenario.allFreeTaken()) {
            run.addNewcomers(testbed.count("READY"));
        }
        testbed.ask("gc").orFail();
        testbed.ask("gc").orFail();
        testbed.awaitNoUntakenSandbox();
        PromiseViolation.throwIfAny(
                "after two rounds", CrashOracle.violations(testbed, run.withoutDevice, run.withoutHostLink));
        testbed.awaitSettled(leaves);
    }

    /** The endpoint that was disturbed comes again and is served, all go, and the testbed is as before. */
    private static void settle(WorkloadRun run) {
        CrashTestbed testbed = run.testbed;
        PromiseViolation.throwIfAny(
                "in the end", CrashOracle.violationsAtEnd(testbed, run.withoutDevice, run.withoutHostLink));
        String victim = run.victim;
        run.endpoints.stream()
                .filter(name -> !name.equals(victim))
                .forEach(name -> testbed.ask("del " + name).orFail());
        if (testbed.stage.names().contains(victim)) {
            // The newcomers' ENIs rest for a moment; any other answer than that none is free is not what was promised.
            CrashTestbed.await("an ENI is free for " + victim, () -> isServed(testbed.add(victim)));
            PromiseViolation.throwIfAny(
                    "ADD again", testbed.ask("check " + victim).orFail());
        }
        testbed.ask("del " + victim).orFail();
        run.keys.forEach(testbed::awaitSoundSandbox);
        testbed.ask("give-back").orFail();
        run.endpoints.forEach(testbed.stage::delete);
        CrashTestbed.await(
                "every ENI that no bystander holds is ready",
                () -> testbed.count() == 0
                        && testbed.count("READY") == testbed.cloud().size() - testbed.bystanders.size());
        PromiseViolation.throwIfAny("when all are gone", CrashOracle.violationsAtEnd(testbed, Set.of(), Set.of()));
    }

    static boolean isServed(NodeReply reply) {
        return reply.error()
                        .filter(error -> error.startsWith(NoEniAvailableException.class.getSimpleName()))
                        .isEmpty()
                && !reply.orFail().isEmpty();
    }

    /** Ends the testbed, if there is one; the next scenario gets another. */
    @Override
    public void close() {
        if (testbed != null) {
            testbed.close();
            testbed = null;
        }
    }
}

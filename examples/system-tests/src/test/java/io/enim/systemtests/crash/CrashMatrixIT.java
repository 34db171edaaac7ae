package io.enim.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import io.enim.systemtests.crash.ScenarioRunner.PointPasses;
import io.enim.systemtests.crash.ScenarioRunner.ScenarioResult;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A manager dies by SIGKILL, and fails, at every step of its own and at every message to the kernel, on real devices. Within
 * two rounds of garbage collection by the next one, and without help, every ENI is held or ready, every device is with its
 * owner or on the host, clean, and ledger, cloud and kernel agree (P1, P2, P5, P12, P13).
 *
 * <p>{@code mvn verify} disturbs every point once: before it the process dies, after it the step fails, though it had its
 * effect. {@code -P crash-matrix} does both at every point, with three seeds, with two points in a row, and with deaths
 * during the recovery. {@code -Denim.crash.points=REGEX} and {@code -Denim.crash.seeds=1,2} choose. The
 * report is {@code target/crash-matrix.txt}, logs lie under {@code target/crash}.
 */
@PrivateNamespaces
class CrashMatrixIT {
    private static final boolean WHOLE = Boolean.getBoolean("enim.crashMatrix");
    private static final String POINTS = System.getProperty("enim.crash.points", ".*");
    private static final String SEEDS = System.getProperty("enim.crash.seeds", WHOLE ? "1,2,3" : "1");
    private static final Path DIRECTORY = Path.of("target", "crash").toAbsolutePath();
    /** Without the profile, one point in so many gets a second one. */
    private static final int SAMPLE = 8;

    private static NodeJvm nodeJvm;

    @BeforeAll
    static void makeDirectory() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> old = Files.walk(DIRECTORY)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(DIRECTORY);
        nodeJvm = new NodeJvm(DIRECTORY);
    }

    private static ScenarioRunner matrix(String name, int seed, SeededBug seededBug) {
        return new ScenarioRunner(nodeJvm, DIRECTORY.resolve(name), seed, seededBug);
    }

    @Test
    void p5_deathAndFailureAtEveryPointLoseNothing() {
        CrashReport crashReport = new CrashReport();
        Set<CrashPoint> unreached = new LinkedHashSet<>();
        try {
            for (int seed :
                    Stream.of(SEEDS.split(",")).mapToInt(Integer::parseInt).toArray()) {
                Map<CrashPoint, List<PointPasses>> reaches = countPasses(seed);
                CrashPoint.all().stream()
                        .filter(crashPoint -> crashPoint.whyUnreachable().isEmpty() && !reaches.containsKey(crashPoint))
                        .forEach(unreached::add);
                reaches.keySet().removeIf(crashPoint -> !crashPoint.toString().matches(POINTS));
                try (ScenarioRunner scenarioRunner = matrix("seed" + seed, seed, SeededBug.NONE)) {
                    disturb(scenarioRunner, reaches, new Random(seed), crashReport);
                }
            }
        } finally {
            crashReport.keep(Path.of("target", "crash-matrix.txt"));
        }
        assertThat(unreached)
                .as("points that no program passes; a new step needs one that does")
                .isEmpty();
        assertThat(crashReport.broken()).isEmpty();
        if (POINTS.equals(".*")) {
            assertThat(crashReport.missing("killed"))
                    .as("points at which no process was killed")
                    .allMatch(crashPoint -> !WHOLE && !isKilledOnEveryBuild(crashPoint));
            assertThat(crashReport.undisturbed())
                    .as("points at which nothing was done")
                    .isEmpty();
        }
        assertThat(CrashPoint.all())
                .filteredOn(crashPoint -> !crashPoint.whyUnreachable().isEmpty())
                .hasSize(4);
    }

    private static Map<CrashPoint, List<PointPasses>> countPasses(int seed) {
        try (ScenarioRunner firstRun = matrix("firstRun" + seed, seed, SeededBug.NONE)) {
            Map<CrashPoint, List<PointPasses>> reaches = firstRun.countPasses();
            firstRun.endOrderly();
            return reaches;
        }
    }

    private static void disturb(
            ScenarioRunner scenarioRunner,
            Map<CrashPoint, List<PointPasses>> reaches,
            Random random,
            CrashReport crashReport) {
        List<ScenarioResult> killed = new ArrayList<>();
        reaches.forEach((crashPoint, by) -> {
            if (WHOLE || isKilledOnEveryBuild(crashPoint)) {
                ScenarioResult scenarioResult = scenarioRunner.at(crashPoint, Effect.KILL, by);
                crashReport.add("killed", scenarioResult);
                killed.add(scenarioResult);
            }
        });
        Set<CrashPoint> usual = usual(killed);
        for (ScenarioResult once : sample(killed)) {
            for (CrashPoint next : choose(once.after(), usual, random)) {
                crashReport.add(
                        "killed, and again in recovery",
                        scenarioRunner.run(once.scenario().thenInRecovery(new FailPointTrap(next, 1, Effect.KILL))));
            }
        }
        List<ScenarioResult> failed = new ArrayList<>();
        reaches.forEach((crashPoint, by) -> {
            if (WHOLE || !isKilledOnEveryBuild(crashPoint)) {
                ScenarioResult scenarioResult = scenarioRunner.at(crashPoint, Effect.FAIL, by);
                crashReport.add("failed", scenarioResult);
                failed.add(scenarioResult);
            }
        });
        for (ScenarioResult once : sample(failed)) {
            for (CrashPoint next : choose(once.after(), Set.of(), random)) {
                crashReport.add(
                        "failed, then killed",
                        scenarioRunner.run(once.scenario().then(new FailPointTrap(next, 1, Effect.KILL))));
                crashReport.add(
                        "failed, then failed",
                        scenarioRunner.run(once.scenario().then(new FailPointTrap(next, 1, Effect.FAIL))));
            }
        }
    }

    /**
     * A process that dies after a step leaves what it leaves when it dies before the next one, so the half before is killed
     * and the half after fails. The pool's backoffs take seconds each; on every build they fail in simulated time alone.
     */
    private static boolean isKilledOnEveryBuild(CrashPoint crashPoint) {
        return crashPoint.isBefore() || crashPoint.isPools();
    }

    private static List<ScenarioResult> sample(List<ScenarioResult> all) {
        return IntStream.range(0, all.size())
                .filter(i -> WHOLE || i % SAMPLE == 0)
                .mapToObj(all::get)
                .filter(scenarioResult ->
                        scenarioResult.reached() && scenarioResult.broken().isEmpty())
                .toList();
    }

    /** Points that most recoveries pass: they tell little about this one. */
    private static Set<CrashPoint> usual(List<ScenarioResult> results) {
        Map<CrashPoint, Integer> counts = new HashMap<>();
        results.forEach(scenarioResult -> new LinkedHashSet<>(scenarioResult.after())
                .forEach(crashPoint -> counts.merge(crashPoint, 1, Integer::sum)));
        counts.values().removeIf(count -> count * 2 < results.size());
        return counts.keySet();
    }

    /** One of the points passed, if there is any: of what is particular, else of the others. Each seed chooses another. */
    private static List<CrashPoint> choose(List<CrashPoint> passed, Set<CrashPoint> usual, Random random) {
        List<CrashPoint> particular = new ArrayList<>(new LinkedHashSet<>(passed));
        List<CrashPoint> others = new ArrayList<>(particular);
        particular.removeAll(usual);
        others.retainAll(usual);
        Collections.shuffle(particular, random);
        Collections.shuffle(others, random);
        particular.addAll(others);
        return particular.subList(0, Math.min(1, particular.size()));
    }

    /** The check catches a node that hands an ENI back while its device is still with the tenant. */
    @Test
    void aDeviceThatIsNotReturnedIsCaught() {
        try (ScenarioRunner scenarioRunner = matrix("flaw1", 1, SeededBug.HANDED_BACK_AT_ONCE)) {
            ScenarioResult scenarioResult =
                    scenarioRunner.run(new CrashScenario(NodeWorkload.DEL, List.of(), List.of(), false));
            assertThat(scenarioResult.broken()).contains("P5: the device of", "belongs to host and is in [victim-1]");
        }
    }

    /** The check catches a node that records an assignment only after the device has moved. */
    @Test
    void aRecordThatComesAfterTheMoveIsCaught() {
        FailPointTrap afterTheMove = new FailPointTrap(CrashPoint.of(Step.ADD_MOVE_IN, Side.AFTER), 1, Effect.KILL);
        try (ScenarioRunner scenarioRunner = matrix("flaw2", 1, SeededBug.RECORDED_TOO_LATE)) {
            ScenarioResult scenarioResult =
                    scenarioRunner.run(new CrashScenario(NodeWorkload.ADD, List.of(afterTheMove), List.of(), false));
            assertThat(scenarioResult.broken()).contains("P5: the device of", "belongs to host and is in [victim-1]");
        }
    }

    /** A point that is not where it is called fails the run, and is not taken for a success. */
    @Test
    void aPointThatIsNotPassedIsNotCounted() {
        FailPointTrap never =
                new FailPointTrap(CrashPoint.of(NetlinkOperation.BUILD, NetlinkFailPoint.Side.BEFORE), 1, Effect.KILL);
        try (ScenarioRunner scenarioRunner = matrix("never", 1, SeededBug.NONE)) {
            ScenarioResult scenarioResult =
                    scenarioRunner.run(new CrashScenario(NodeWorkload.ADD, List.of(never), List.of(), false));
            assertThat(scenarioResult.reached()).isFalse();
            assertThat(scenarioResult.broken()).isEmpty();
        }
    }
}

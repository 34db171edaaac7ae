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
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * <p>{@code mvn verify} disturbs every point once: before what changes something the process dies; after it, and around what
 * only reads, the step fails, though it had its effect. {@code -P crash-matrix} does both at every point, with three seeds, with two points in a row, and with deaths
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
    private static final int SAMPLE = 16;

    private static NodeJvm nodeJvm;

    @BeforeAll
    static void makeDirectory() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> old = Files.walk(DIRECTORY)) {
                old.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Files.createDirectories(DIRECTORY);
        nodeJvm = NodeJvm.withArchive(DIRECTORY);
    }

    private static ScenarioRunner runner(String name, int seed, SeededBug seededBug) {
        return new ScenarioRunner(nodeJvm, DIRECTORY.resolve(name), seed, seededBug);
    }

    @Test
    void p5_deathAndFailureAtEveryPointLoseNothing() throws IOException {
        CrashReport report = new CrashReport();
        Set<CrashPoint> unreached = new LinkedHashSet<>();
        try {
            for (int seed :
                    Stream.of(SEEDS.split(",")).mapToInt(Integer::parseInt).toArray()) {
                try (ScenarioRunner runner = runner("seed" + seed, seed, SeededBug.NONE)) {
                    Map<CrashPoint, List<PointPasses>> reaches = runner.countPasses();
                    CrashPoint.all().stream()
                            .filter(point -> point.whyUnreachable().isEmpty() && !reaches.containsKey(point))
                            .forEach(unreached::add);
                    reaches.keySet().removeIf(point -> !point.toString().matches(POINTS));
                    Slice slice = new Slice(runner, reaches, new Random(seed), report);
                    slice.kill();
                    slice.fail();
                }
            }
        } finally {
            report.keep(Path.of("target", "crash-matrix.txt"));
        }
        assertThat(unreached)
                .as("points that no program passes; a new step needs one that does")
                .isEmpty();
        assertThat(report.broken).isEmpty();
        if (POINTS.equals(".*")) {
            assertThat(report.reachable(kinds -> !kinds.contains("killed")))
                    .as("points at which no process was killed")
                    .allMatch(point -> !WHOLE && !isKilledOnEveryBuild(point));
            assertThat(report.reachable(Set::isEmpty))
                    .as("points at which nothing was done")
                    .isEmpty();
        }
        assertThat(CrashPoint.all())
                .filteredOn(point -> !point.whyUnreachable().isEmpty())
                .hasSize(6);
    }

    /** What is done with the points of one seed. */
    private record Slice(
            ScenarioRunner runner, Map<CrashPoint, List<PointPasses>> reaches, Random random, CrashReport report) {
        void kill() {
            List<ScenarioResult> killed = once("killed", Effect.KILL);
            Set<CrashPoint> usual = usual(killed);
            sample(killed)
                    .forEach(once -> choose(once.after(), usual, random)
                            .map(next -> once.scenario().thenInRecovery(new FailPointTrap(next, 1, Effect.KILL)))
                            .ifPresent(twice -> report.add("killed, and again in recovery", runner.run(twice))));
        }

        void fail() {
            sample(once("failed", Effect.FAIL))
                    .forEach(once -> choose(once.after(), Set.of(), random).ifPresent(next -> {
                        FailPointTrap killed = new FailPointTrap(next, 1, Effect.KILL);
                        FailPointTrap failed = new FailPointTrap(next, 1, Effect.FAIL);
                        report.add(
                                "failed, then killed",
                                runner.run(once.scenario().then(killed)));
                        report.add(
                                "failed, then failed",
                                runner.run(once.scenario().then(failed)));
                    }));
        }

        private List<ScenarioResult> once(String kind, Effect effect) {
            List<ScenarioResult> results = new ArrayList<>();
            reaches.forEach((point, by) -> {
                if (WHOLE || isKilledOnEveryBuild(point) == (effect == Effect.KILL)) {
                    ScenarioResult result = runner.at(point, effect, by);
                    report.add(kind, result);
                    results.add(result);
                }
            });
            return results;
        }
    }

    /**
     * A process that dies after a step, or before one that only reads, leaves what it leaves when it dies before the next
     * one that changes something, so those fail. The pool's backoffs take seconds each; on every build its steps fail in
     * simulated time alone.
     */
    private static boolean isKilledOnEveryBuild(CrashPoint point) {
        return point.isPools() || !point.isAfter() && !point.onlyReads();
    }

    private static Stream<ScenarioResult> sample(List<ScenarioResult> all) {
        return IntStream.range(0, all.size())
                .filter(i -> WHOLE || i % SAMPLE == 0)
                .mapToObj(all::get)
                .filter(result -> result.reached() && result.broken().isEmpty());
    }

    /** Points that most recoveries pass: they tell little about this one. */
    private static Set<CrashPoint> usual(List<ScenarioResult> results) {
        Map<CrashPoint, Integer> counts = new LinkedHashMap<>();
        results.forEach(result -> Set.copyOf(result.after()).forEach(point -> counts.merge(point, 1, Integer::sum)));
        counts.values().removeIf(count -> count * 2 < results.size());
        return counts.keySet();
    }

    /** One of the points passed, if there is any: of what is particular, else of the others. Each seed chooses another. */
    private static Optional<CrashPoint> choose(List<CrashPoint> passed, Set<CrashPoint> usual, Random random) {
        List<CrashPoint> points = new ArrayList<>(new LinkedHashSet<>(passed));
        Collections.shuffle(points, random);
        points.sort(Comparator.comparing(usual::contains));
        return points.stream().findFirst();
    }

    private static void assertCaught(SeededBug bug, CrashScenario scenario) {
        try (ScenarioRunner runner = runner(bug.name(), 1, bug)) {
            assertThat(runner.run(scenario).broken())
                    .contains("P5: the device of", "belongs to host and is in [victim-1]");
        }
    }

    /** The check catches a node that hands an ENI back while its device is still with the tenant. */
    @Test
    void aDeviceThatIsNotReturnedIsCaught() {
        assertCaught(SeededBug.HANDED_BACK_AT_ONCE, new CrashScenario(NodeWorkload.DEL));
    }

    /** The check catches a node that records an assignment only after the device has moved. */
    @Test
    void aRecordThatComesAfterTheMoveIsCaught() {
        FailPointTrap afterTheMove = new FailPointTrap(CrashPoint.of(Step.ADD_MOVE_IN, Side.AFTER), 1, Effect.KILL);
        assertCaught(SeededBug.RECORDED_TOO_LATE, new CrashScenario(NodeWorkload.ADD, afterTheMove));
    }

    /** A point that is not where it is called fails the run, and is not taken for a success. */
    @Test
    void aPointThatIsNotPassedIsNotCounted() {
        FailPointTrap never =
                new FailPointTrap(CrashPoint.of(NetlinkOperation.BUILD, NetlinkFailPoint.Side.BEFORE), 1, Effect.KILL);
        try (ScenarioRunner runner = runner("never", 1, SeededBug.NONE)) {
            ScenarioResult result = runner.run(new CrashScenario(NodeWorkload.ADD, never));
            assertThat(result.reached()).isFalse();
            assertThat(result.broken()).isEmpty();
        }
    }
}

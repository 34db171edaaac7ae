package io.enim.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A manager dies by SIGKILL, or fails, at every step of its own and at every message to the kernel, on real devices. Within
 * two rounds of garbage collection by the next one, and without help, every ENI is held or ready, every device is with its
 * owner or on the host, clean, and ledger, cloud and kernel agree (P1, P2, P5, P12, P13).
 *
 * <p>{@code mvn verify} disturbs every third point once, and with {@code -Denim.crash.every=1} every point: before what
 * changes something the process dies; after it, and around what only reads, the step fails, though it had its effect. {@code
 * -P crash-matrix} does both at every point, with three seeds, with two points in a row, and with deaths during the recovery.
 * {@code -Denim.crash.points=REGEX} and {@code -Denim.crash.seeds=1,2} choose. Report and logs are in {@code target/crash}, in a directory for each of the two.
 */
@PrivateNamespaces
@TestInstance(Lifecycle.PER_CLASS)
abstract class CrashMatrix {
    private static final boolean WHOLE = Boolean.getBoolean("enim.crashMatrix");
    private static final int EVERY = Integer.getInteger("enim.crash.every", WHOLE ? 1 : 3);
    private static final String POINTS = System.getProperty("enim.crash.points", ".*");
    private static final String SEEDS = System.getProperty("enim.crash.seeds", WHOLE ? "1,2,3" : "1");
    /** Without the profile, one point in so many gets a second one. */
    private static final int SAMPLE = 16;

    private final Effect effect;
    private final String kind;
    private final Path directory;
    private final CrashReport report = new CrashReport();
    private NodeJvm nodeJvm;

    CrashMatrix(Effect effect, String kind) {
        this.effect = effect;
        this.kind = kind;
        this.directory = Path.of("target", "crash", kind).toAbsolutePath();
    }

    @BeforeAll
    void makeDirectory() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> old = Files.walk(directory)) {
                old.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Files.createDirectories(directory);
        nodeJvm = NodeJvm.withArchive(directory);
    }

    final ScenarioRunner runner(String name, int seed, SeededBug seededBug) {
        return new ScenarioRunner(nodeJvm, directory.resolve(name), seed, seededBug);
    }

    /** What is done besides once a point has been disturbed and the node has recovered. */
    abstract void goOn(Slice slice, List<ScenarioResult> once);

    final void disturbEveryPoint() throws IOException {
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
                    goOn(new Slice(runner, new Random(seed), report), once(runner, reaches));
                }
            }
        } finally {
            report.keep(directory.resolve("report.txt"));
        }
        assertThat(unreached)
                .as("points that no program passes; a new step needs one that does")
                .isEmpty();
        assertThat(report.broken).isEmpty();
        if (POINTS.equals(".*") && EVERY == 1) {
            assertThat(report.reachable(kinds -> !kinds.contains(kind)))
                    .as("points at which nothing " + kind)
                    .noneMatch(this::isDisturbed);
        }
        assertThat(CrashPoint.all())
                .filteredOn(point -> !point.whyUnreachable().isEmpty())
                .hasSize(6);
    }

    private List<ScenarioResult> once(ScenarioRunner runner, Map<CrashPoint, List<PointPasses>> reaches) {
        List<CrashPoint> points =
                reaches.keySet().stream().filter(this::isDisturbed).toList();
        List<ScenarioResult> results = new ArrayList<>();
        for (int i = 0; i < points.size(); i += EVERY) {
            ScenarioResult result = runner.at(points.get(i), effect, reaches.get(points.get(i)));
            report.add(kind, result);
            results.add(result);
        }
        return results;
    }

    /**
     * A process that dies after a step, or before one that only reads, leaves what it leaves when it dies before the next
     * one that changes something, so without the profile those fail. The pool's backoffs take seconds each; then its steps
     * fail in simulated time alone.
     */
    private boolean isDisturbed(CrashPoint point) {
        boolean isKilled = point.isPools() || !point.isAfter() && !point.onlyReads();
        return WHOLE || isKilled == (effect == Effect.KILL);
    }

    /** What goes on with the points of one seed. */
    record Slice(ScenarioRunner runner, Random random, CrashReport report) {
        void run(String kind, CrashScenario scenario) {
            report.add(kind, runner.run(scenario));
        }

        static Stream<ScenarioResult> sample(List<ScenarioResult> all) {
            return IntStream.range(0, all.size())
                    .filter(i -> WHOLE || i % SAMPLE == 0)
                    .mapToObj(all::get)
                    .filter(result -> result.reached() && result.broken().isEmpty());
        }

        /** Points that most recoveries pass: they tell little about this one. */
        static Set<CrashPoint> usual(List<ScenarioResult> results) {
            Map<CrashPoint, Integer> counts = new LinkedHashMap<>();
            results.forEach(
                    result -> Set.copyOf(result.after()).forEach(point -> counts.merge(point, 1, Integer::sum)));
            counts.values().removeIf(count -> count * 2 < results.size());
            return counts.keySet();
        }

        /** One of the points passed, if there is any: of what is particular, else of the others. Each seed chooses another. */
        Optional<CrashPoint> choose(List<CrashPoint> passed, Set<CrashPoint> usual) {
            List<CrashPoint> points = new ArrayList<>(new LinkedHashSet<>(passed));
            Collections.shuffle(points, random);
            points.sort(Comparator.comparing(usual::contains));
            return points.stream().findFirst();
        }
    }
}

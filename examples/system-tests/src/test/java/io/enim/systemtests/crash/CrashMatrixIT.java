package io.enim.examples.agent.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepProbe.Side;
import io.enim.examples.agent.crash.Matrix.Reach;
import io.enim.examples.agent.crash.Matrix.Result;
import io.enim.examples.agent.crash.Snare.Deed;
import io.enim.netlink.NetlinkProbe;
import io.enim.netlink.NetlinkStep;
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
 * owner or at home, clean, and ledger, cloud and kernel agree (P1, P2, P5, P12, P13).
 *
 * <p>{@code mvn verify} runs every point once; {@code -P crash-matrix} runs it with three seeds, with two points in a row,
 * and with deaths during the recovery. {@code -Denim.crash.points=REGEX} and {@code -Denim.crash.seeds=1,2} choose. The
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

    private static Jvm jvm;

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
        jvm = new Jvm(DIRECTORY);
    }

    private static Matrix matrix(String name, int seed, Flaw flaw) {
        return new Matrix(jvm, DIRECTORY.resolve(name), seed, flaw);
    }

    @Test
    void p5_deathAndFailureAtEveryPointLoseNothing() {
        Report report = new Report();
        Set<Point> unreached = new LinkedHashSet<>();
        try {
            for (int seed :
                    Stream.of(SEEDS.split(",")).mapToInt(Integer::parseInt).toArray()) {
                Map<Point, List<Reach>> reaches = rehearse(seed);
                Point.all().stream()
                        .filter(point -> point.whyUnreachable().isEmpty() && !reaches.containsKey(point))
                        .forEach(unreached::add);
                reaches.keySet().removeIf(point -> !point.toString().matches(POINTS));
                try (Matrix matrix = matrix("seed" + seed, seed, Flaw.NONE)) {
                    disturb(matrix, reaches, new Random(seed), report);
                }
            }
        } finally {
            report.keep(Path.of("target", "crash-matrix.txt"));
        }
        assertThat(unreached)
                .as("points that no program passes; a new step needs one that does")
                .isEmpty();
        assertThat(report.broken()).isEmpty();
        if (POINTS.equals(".*")) {
            assertThat(report.missing("killed")).as("where nobody was killed").isEmpty();
        }
        assertThat(Point.all())
                .filteredOn(point -> !point.whyUnreachable().isEmpty())
                .hasSize(4);
    }

    private static Map<Point, List<Reach>> rehearse(int seed) {
        try (Matrix rehearsal = matrix("rehearsal" + seed, seed, Flaw.NONE)) {
            Map<Point, List<Reach>> reaches = rehearsal.rehearse();
            rehearsal.endOrderly();
            return reaches;
        }
    }

    private static void disturb(Matrix matrix, Map<Point, List<Reach>> reaches, Random random, Report report) {
        List<Result> killed = new ArrayList<>();
        reaches.forEach((point, by) -> {
            Result result = matrix.at(point, Deed.KILL, by);
            report.add("killed", result);
            killed.add(result);
        });
        Set<Point> usual = usual(killed);
        for (Result once : sample(killed)) {
            for (Point next : choose(once.after(), usual, random)) {
                report.add(
                        "killed, and again in recovery",
                        matrix.run(once.run().thenInRecovery(new Snare(next, 1, Deed.KILL))));
            }
        }
        List<Result> failed = new ArrayList<>();
        reaches.forEach((point, by) -> {
            // The pool's backoffs take seconds each; without the profile they are tested in simulated time alone.
            if (WHOLE || !point.isPools()) {
                Result result = matrix.at(point, Deed.FAIL, by);
                report.add("failed", result);
                failed.add(result);
            }
        });
        for (Result once : sample(failed)) {
            for (Point next : choose(once.after(), Set.of(), random)) {
                report.add("failed, then killed", matrix.run(once.run().then(new Snare(next, 1, Deed.KILL))));
                report.add("failed, then failed", matrix.run(once.run().then(new Snare(next, 1, Deed.FAIL))));
            }
        }
    }

    private static List<Result> sample(List<Result> all) {
        return IntStream.range(0, all.size())
                .filter(i -> WHOLE || i % SAMPLE == 0)
                .mapToObj(all::get)
                .filter(result -> result.reached() && result.broken().isEmpty())
                .toList();
    }

    /** Points that most recoveries pass: they tell little about this one. */
    private static Set<Point> usual(List<Result> results) {
        Map<Point, Integer> counts = new HashMap<>();
        results.forEach(
                result -> new LinkedHashSet<>(result.after()).forEach(point -> counts.merge(point, 1, Integer::sum)));
        counts.values().removeIf(count -> count * 2 < results.size());
        return counts.keySet();
    }

    /** One of the points passed, if there is any: of what is particular, else of the others. Each seed chooses another. */
    private static List<Point> choose(List<Point> passed, Set<Point> usual, Random random) {
        List<Point> particular = new ArrayList<>(new LinkedHashSet<>(passed));
        List<Point> others = new ArrayList<>(particular);
        particular.removeAll(usual);
        others.retainAll(usual);
        Collections.shuffle(particular, random);
        Collections.shuffle(others, random);
        particular.addAll(others);
        return particular.subList(0, Math.min(1, particular.size()));
    }

    /** The check catches a node that hands an ENI back while its device is still with the tenant. */
    @Test
    void aDeviceThatNobodyBringsHomeIsCaught() {
        try (Matrix matrix = matrix("flaw1", 1, Flaw.HANDED_BACK_AT_ONCE)) {
            Result result = matrix.run(new Case(Program.DEL, List.of(), List.of(), false));
            assertThat(result.broken()).contains("P5: the device of", "belongs to home and is in [victim-1]");
        }
    }

    /** The check catches a node that records an assignment only after the device has moved. */
    @Test
    void aRecordThatComesAfterTheMoveIsCaught() {
        Snare afterTheMove = new Snare(Point.of(Step.ADD_MOVE_IN, Side.AFTER), 1, Deed.KILL);
        try (Matrix matrix = matrix("flaw2", 1, Flaw.RECORDED_TOO_LATE)) {
            Result result = matrix.run(new Case(Program.ADD, List.of(afterTheMove), List.of(), false));
            assertThat(result.broken()).contains("P5: the device of", "belongs to home and is in [victim-1]");
        }
    }

    /** A point that is not where it is called fails the run, and is not taken for a success. */
    @Test
    void aPointThatIsNotPassedIsNotCounted() {
        Snare never = new Snare(Point.of(NetlinkStep.BUILD, NetlinkProbe.Side.BEFORE), 1, Deed.KILL);
        try (Matrix matrix = matrix("never", 1, Flaw.NONE)) {
            Result result = matrix.run(new Case(Program.ADD, List.of(never), List.of(), false));
            assertThat(result.reached()).isFalse();
            assertThat(result.broken()).isEmpty();
        }
    }
}

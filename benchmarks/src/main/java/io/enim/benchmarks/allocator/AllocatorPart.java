package io.enim.benchmarks.allocator;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.allocator.AllocateRelease.Load;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Line;
import io.enim.benchmarks.report.Result.Point;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link AllocateRelease} in JVMs of their own, each peer in turn for each setting, and all of it in several rounds,
 * so that a quiet minute of the machine favours no peer.
 */
public final class AllocatorPart {
    private static final int[] THREADS = {1, 2, 4, 8, 16};
    private static final int SOME = 1000;
    private static final double FLAT = 1.5;
    private static final double TWICE = 2;

    private final Options options;
    private final int rounds;
    private final int[] sizes;
    private final Map<Cell, List<Double>> perMicrosecond = new LinkedHashMap<>();
    private final Map<Cell, List<Double>> bytes = new LinkedHashMap<>();
    private final Map<Cell, List<Double>> p99 = new LinkedHashMap<>();
    private final Map<Cell, List<Double>> median = new LinkedHashMap<>();

    /** One setting of one peer. */
    private record Cell(Peer peer, Load load, int enis, int threads) {}

    private AllocatorPart(Options options) {
        this.options = options;
        this.rounds = options.quick() ? 1 : 2;
        this.sizes = options.quick() ? new int[] {100, 10_000} : new int[] {10, 100, 1000, 10_000, 100_000, 1_000_000};
    }

    /** Measures, and returns the result. */
    public static Result run(Options options) throws RunnerException {
        Result.Draft draft = new Result.Draft("allocator", "Allocator: one allocate and one release", options.quick());
        AllocatorPart part = new AllocatorPart(options);
        for (int round = 0; round < part.rounds; round++) {
            part.measureAll(round);
        }
        part.report(draft);
        return draft.done();
    }

    private int[] threads() {
        return options.quick() ? new int[] {1, 4} : THREADS;
    }

    private void measureAll(int round) throws RunnerException {
        for (Cell cell : cells()) {
            options.progress("allocator", "round " + (round + 1) + " of " + rounds + ": " + cell);
            throughput(cell);
        }
        for (Peer peer : Peer.values()) {
            latency(new Cell(peer, Load.HALF_FULL, SOME, 4));
        }
    }

    /** The settings in the order in which they run: all peers run each before the next. */
    private List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int threads : threads()) {
            for (Peer peer : Peer.values()) {
                cells.add(new Cell(peer, Load.HALF_FULL, SOME, threads));
            }
        }
        for (int size : sizes) {
            for (Peer peer : Peer.values()) {
                Cell cell = new Cell(peer, Load.HALF_FULL, size, 1);
                if (size <= peer.most && !cells.contains(cell)) {
                    cells.add(cell);
                }
            }
        }
        for (Load load : List.of(Load.NEARLY_EXHAUSTED, Load.ONE_ENDPOINT)) {
            for (Peer peer : Peer.values()) {
                cells.add(new Cell(peer, load, SOME, 4));
            }
        }
        return cells;
    }

    private void throughput(Cell cell) throws RunnerException {
        RunResult result = jmh(cell, Mode.Throughput);
        result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .forEach(iteration ->
                        add(perMicrosecond, cell, iteration.getPrimaryResult().getScore()));
        add(
                bytes,
                cell,
                requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                        .getScore());
    }

    private void latency(Cell cell) throws RunnerException {
        var statistics = jmh(cell, Mode.SampleTime).getPrimaryResult().getStatistics();
        add(median, cell, statistics.getPercentile(50) * 1000);
        add(p99, cell, statistics.getPercentile(99) * 1000);
    }

    private static void add(Map<Cell, List<Double>> where, Cell cell, double value) {
        where.computeIfAbsent(cell, key -> new ArrayList<>()).add(value);
    }

    private RunResult jmh(Cell cell, Mode mode) throws RunnerException {
        var chosen = new OptionsBuilder()
                .include(AllocateRelease.class.getName() + ".allocateAndRelease")
                .mode(mode)
                .param("peer", cell.peer().name())
                .param("enis", String.valueOf(cell.enis()))
                .param("scene", cell.load().name())
                .threads(cell.threads())
                .forks(1)
                .warmupIterations(options.quick() ? 1 : 3)
                .warmupTime(TimeValue.milliseconds(options.quick() ? 100 : 300))
                .measurementIterations(options.quick() ? 1 : 4)
                .measurementTime(TimeValue.milliseconds(options.quick() ? 100 : 300))
                .jvmArgsAppend("-Xmx1g", "-XX:+UseParallelGC")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(options.directory().resolve("jmh.log").toString())
                .build();
        return new Runner(chosen).runSingle();
    }

    private void report(Result.Draft draft) {
        draft.introduce("JMH 1.37, each peer in a JVM of its own, " + rounds
                + " rounds over all settings; endpoints are created beforehand. A figure is the median of all iterations (300 ms"
                + " each, after three to warm up); the quartiles are behind it. Every peer does the same job: an endpoint that asks"
                + " again gets the same ENI, so a peer that is only a bag has a concurrent map beside it.");
        aims(draft);
        draft.table(byThreads());
        draft.table(bySize());
        draft.table(loads());
        draft.table(latencies());
        draft.table(new Table(
                "What a peer does not promise that ENIM does",
                List.of("peer", "lacks"),
                Stream.of(Peer.values())
                        .map(peer -> List.of(peer.title, peer.lacks))
                        .toList()));
        draft.chart(chart(
                "allocator-threads",
                "Allocate and release, 1,000 ENIs, half of them held",
                "threads",
                threads(),
                (peer, threads) -> new Cell(peer, Load.HALF_FULL, SOME, threads)));
        draft.chart(chart(
                "allocator-size",
                "Allocate and release by one thread, half of the ENIs held",
                "ENIs",
                sizes,
                (peer, size) -> new Cell(peer, Load.HALF_FULL, size, 1)));
    }

    private void aims(Result.Draft draft) {
        List<String> ratios = new ArrayList<>();
        boolean everywhere = true;
        for (int threads : threads()) {
            double best = Math.max(speed(Peer.SYNCHRONIZED, SOME, threads), speed(Peer.ONE_MUTEX, SOME, threads));
            double ratio = speed(Peer.ENIM, SOME, threads) / best;
            ratios.add(threads + " threads: " + number(ratio, 2) + "x");
            everywhere &= ratio >= TWICE;
        }
        draft.target(Target.of(
                "at least 2x the best peer that keeps the same promises. None keeps all of them; nearest is the"
                        + " synchronized map and deque, which lacks lock-freedom and the epoch",
                String.join(", ", ratios),
                everywhere));
        int small = options.quick() ? sizes[0] : 100;
        int large = sizes[sizes.length - 1];
        double grown = speed(Peer.ENIM, small, 1) / speed(Peer.ENIM, large, 1);
        draft.target(Target.of(
                "flat: an operation with " + number(large, 0) + " ENIs takes at most 1.5x of one with " + small,
                number(grown, 2) + "x",
                grown <= FLAT));
        double garbage = median(bytes, new Cell(Peer.ENIM, Load.HALF_FULL, SOME, 1));
        draft.target(Target.of(
                "no garbage beyond the caller's key",
                number(garbage, 0) + " bytes per allocate and release",
                garbage < 1));
    }

    private double speed(Peer peer, int enis, int threads) {
        return median(perMicrosecond, new Cell(peer, Load.HALF_FULL, enis, threads));
    }

    private static double median(Map<Cell, List<Double>> from, Cell cell) {
        return sample(from, cell).median();
    }

    private static Sample sample(Map<Cell, List<Double>> from, Cell cell) {
        return Sample.of(requireNonNull(from.get(cell), cell::toString).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private String shown(Cell cell) {
        if (!perMicrosecond.containsKey(cell)) {
            return "–";
        }
        Sample sample = sample(perMicrosecond, cell);
        return number(sample.median(), 2) + " (" + sample.spread(2) + ")";
    }

    private Table byThreads() {
        List<String> columns = new ArrayList<>(List.of("operations/µs (quartiles), 1,000 ENIs"));
        for (int threads : threads()) {
            columns.add(threads + (threads == 1 ? " thread" : " threads"));
        }
        columns.add("bytes/operation, 1 thread");
        List<List<String>> rows = rows(threads(), (peer, threads) -> new Cell(peer, Load.HALF_FULL, SOME, threads));
        for (Peer peer : Peer.values()) {
            double garbage = median(bytes, new Cell(peer, Load.HALF_FULL, SOME, 1));
            rows.get(peer.ordinal()).add(number(garbage, 0));
        }
        return new Table("Half of 1,000 ENIs held, each thread with endpoints of its own", columns, rows);
    }

    private Table bySize() {
        List<String> columns = new ArrayList<>(List.of("operations/µs (quartiles), 1 thread"));
        for (int size : sizes) {
            columns.add(number(size, 0));
        }
        return new Table(
                "By the number of ENIs; a peer without a figure takes minutes to fill or milliseconds for one operation",
                columns,
                rows(sizes, (peer, size) -> new Cell(peer, Load.HALF_FULL, size, 1)));
    }

    /** A row for each peer, in their order, with a cell for each step. */
    private List<List<String>> rows(int[] steps, BiFunction<Peer, Integer, Cell> setting) {
        List<List<String>> rows = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            List<String> row = new ArrayList<>(List.of(peer.title));
            for (int step : steps) {
                row.add(shown(setting.apply(peer, step)));
            }
            rows.add(row);
        }
        return rows;
    }

    private Table loads() {
        List<List<String>> rows = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            rows.add(List.of(
                    peer.title,
                    shown(new Cell(peer, Load.NEARLY_EXHAUSTED, SOME, 4)),
                    shown(new Cell(peer, Load.ONE_ENDPOINT, SOME, 4))));
        }
        return new Table(
                "4 threads, 1,000 ENIs",
                List.of("operations/µs (quartiles)", "nearly exhausted: 4 are free", "all for one endpoint"),
                rows);
    }

    private Table latencies() {
        List<List<String>> rows = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            Cell cell = new Cell(peer, Load.HALF_FULL, SOME, 4);
            rows.add(List.of(peer.title, number(median(median, cell), 0), number(median(p99, cell), 0)));
        }
        return new Table(
                "How long one operation takes, 4 threads, the clock's own cost included",
                List.of("ns", "p50", "p99"),
                rows);
    }

    private Chart chart(
            String name, String title, String across, int[] steps, BiFunction<Peer, Integer, Cell> setting) {
        List<Line> lines = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            List<Point> points = new ArrayList<>();
            for (int step : steps) {
                Cell cell = setting.apply(peer, step);
                if (perMicrosecond.containsKey(cell)) {
                    points.add(new Point(step, median(perMicrosecond, cell)));
                }
            }
            lines.add(new Line(peer.title, points));
        }
        return new Chart(name, title, across, "operations per microsecond", name.endsWith("size"), true, lines);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.allocator.AllocateRelease.Load;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private static final int SOME = 1000;
    private static final int WARM_UP = 5;
    private static final int WARM_UP_CROWDED = 15;
    private static final Setting FOUR_THREADS = threads(4);
    private static final List<Setting> LOADS =
            List.of(new Setting(Load.NEARLY_EXHAUSTED, SOME, 4), new Setting(Load.ONE_ENDPOINT, SOME, 4));

    private final Draft draft;
    private final List<Setting> byThreads;
    private final List<Setting> bySize;
    private final Map<Cell, List<Double>> perMicrosecond = new HashMap<>();
    private final Map<Cell, List<Double>> bytes = new HashMap<>();
    private final Map<Cell, List<Double>> p99 = new HashMap<>();
    private final Map<Cell, List<Double>> median = new HashMap<>();

    private record Setting(Load load, int enis, int threads) {}

    private record Cell(Peer peer, Setting setting) {}

    private AllocatorPart(Draft draft, IntStream threads, IntStream sizes) {
        this.draft = draft;
        this.byThreads = threads.mapToObj(AllocatorPart::threads).toList();
        this.bySize =
                sizes.mapToObj(size -> new Setting(Load.HALF_FULL, size, 1)).toList();
    }

    private static Setting threads(int threads) {
        return new Setting(Load.HALF_FULL, SOME, threads);
    }

    public static void measure(Draft draft) throws RunnerException {
        int rounds = draft.quick() ? 1 : 2;
        draft.introduce("Allocator: one allocate and one release", """
            JMH 1.37, each peer in a JVM of its own with the collector that the JVM chooses, %d rounds over all settings; \
            endpoints are created beforehand. A figure is the median of all iterations (300 ms each, after %d to warm up, \
            and %d with more threads than processors, which leave the compiler little); the quartiles are behind it. \
            Every peer does the same job: an endpoint that asks again gets the same ENI, so a peer that is only a bag \
            has a concurrent map beside it.\
            """, rounds, WARM_UP, WARM_UP_CROWDED);
        AllocatorPart part = draft.quick()
                ? new AllocatorPart(draft, IntStream.of(1, 4), IntStream.of(100, 10_000))
                : new AllocatorPart(
                        draft, IntStream.of(1, 2, 4, 8, 16), IntStream.of(10, 100, 1000, 10_000, 100_000, 1_000_000));
        for (int round = 1; round <= rounds; round++) {
            part.measureAll("round " + round + " of " + rounds + ": ");
        }
        part.targets();
        part.tables();
        String halfHeld = "Allocate and release, 1,000 ENIs, half of them held";
        part.chart("allocator-threads", halfHeld, "threads", part.byThreads, Setting::threads);
        String oneThread = "Allocate and release by one thread, half of the ENIs held";
        part.chart("allocator-size", oneThread, "ENIs", part.bySize, Setting::enis);
    }

    /** All peers run each setting before the next. */
    private void measureAll(String round) throws RunnerException {
        List<Cell> cells = Stream.of(byThreads, bySize, LOADS)
                .flatMap(List::stream)
                .flatMap(setting -> Stream.of(Peer.values()).map(peer -> new Cell(peer, setting)))
                .filter(cell -> cell.setting().enis() <= cell.peer().most)
                .distinct()
                .toList();
        for (Cell cell : cells) {
            draft.progress(round + cell);
            throughput(cell);
        }
        for (Peer peer : Peer.values()) {
            latency(new Cell(peer, FOUR_THREADS));
        }
    }

    private void throughput(Cell cell) throws RunnerException {
        RunResult result = jmh(cell, Mode.Throughput);
        for (var fork : result.getBenchmarkResults()) {
            for (var iteration : fork.getIterationResults()) {
                add(perMicrosecond, cell, iteration.getPrimaryResult().getScore());
            }
        }
        var allocated = requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
        add(bytes, cell, allocated.getScore());
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
        TimeValue iteration = TimeValue.milliseconds(draft.quick() ? 100 : 300);
        var chosen = new OptionsBuilder()
                .include(AllocateRelease.class.getName() + ".allocateAndRelease")
                .mode(mode)
                .param("peer", cell.peer().name())
                .param("enis", String.valueOf(cell.setting().enis()))
                .param("load", cell.setting().load().name())
                .threads(cell.setting().threads())
                .forks(1)
                .warmupIterations(draft.quick() ? 1 : warmUp(cell))
                .warmupTime(iteration)
                .measurementIterations(draft.quick() ? 1 : 4)
                .measurementTime(iteration)
                .jvmArgsAppend("-Xmx1g")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(draft.directory().resolve("jmh.log").toString())
                .build();
        return new Runner(chosen).runSingle();
    }

    private static int warmUp(Cell cell) {
        return cell.setting().threads() > Runtime.getRuntime().availableProcessors() ? WARM_UP_CROWDED : WARM_UP;
    }

    private void targets() {
        List<String> ratios = new ArrayList<>();
        boolean everywhere = true;
        for (Setting setting : byThreads) {
            double ratio = speed(Peer.ENIM, setting) / fastest(setting);
            if (setting.threads() > 1) {
                ratios.add(setting.threads() + " threads: " + number(ratio, 2) + "x");
                everywhere &= ratio > 1;
            }
        }
        draft.target(
                "allocator-several-threads",
                "several threads: faster than each peer, whatever it promises",
                String.join(", ", ratios),
                everywhere);
        double bag = speed(Peer.ENIM, threads(1)) / fastestBag(threads(1));
        draft.target(
                "allocator-one-thread",
                "one thread: faster than each peer without one lock around all",
                number(bag, 2) + "x",
                bag > 1);
        double lock = speed(Peer.SYNCHRONIZED, threads(1)) / speed(Peer.ENIM, threads(1));
        draft.target(
                "allocator-one-thread",
                "one thread: within 1.5x of a lock that no other thread wants",
                number(lock, 2) + "x",
                lock <= 1.5);
        Setting large = bySize.get(bySize.size() - 1);
        double grown = speed(Peer.ENIM, new Setting(Load.HALF_FULL, 100, 1)) / speed(Peer.ENIM, large);
        String flat = "flat: an operation with " + number(large.enis(), 0) + " ENIs takes at most 1.5x of one with 100";
        draft.target("allocator-size", flat, number(grown, 2) + "x", grown <= 1.5);
        double garbage = garbage(Peer.ENIM);
        String measured = number(garbage, 0) + " bytes per allocate and release";
        draft.target("allocator-garbage", "at most 64 bytes of garbage", measured, garbage <= 64);
    }

    private double fastest(Setting setting) {
        return fastest(Stream.of(Peer.values()), setting);
    }

    /** The fastest of those that are a bag and a map. */
    private double fastestBag(Setting setting) {
        return fastest(Stream.of(Peer.values()).filter(peer -> peer != Peer.SYNCHRONIZED), setting);
    }

    private double fastest(Stream<Peer> peers, Setting setting) {
        return peers.filter(peer -> peer != Peer.ENIM)
                .mapToDouble(peer -> speed(peer, setting))
                .max()
                .orElseThrow();
    }

    private double speed(Peer peer, Setting setting) {
        return sample(perMicrosecond, new Cell(peer, setting)).median();
    }

    private double garbage(Peer peer) {
        return sample(bytes, new Cell(peer, threads(1))).median();
    }

    private static Sample sample(Map<Cell, List<Double>> from, Cell cell) {
        return Sample.of(requireNonNull(from.get(cell), cell::toString));
    }

    private void tables() {
        String threads = byThreads.stream()
                .map(setting -> setting.threads() == 1 ? "1 thread" : setting.threads() + " threads")
                .collect(Collectors.joining(" | "));
        Table byThread = draft.table(
                "Half of 1,000 ENIs held, each thread with endpoints of its own",
                "operations/µs (quartiles), 1,000 ENIs | " + threads + " | bytes/operation, 1 thread");
        String sizes = bySize.stream().map(setting -> number(setting.enis(), 0)).collect(Collectors.joining(" | "));
        Table byEnis = draft.table(
                "By the number of ENIs; a peer without a figure takes minutes to fill or milliseconds for one"
                        + " operation",
                "operations/µs (quartiles), 1 thread | " + sizes);
        Table byLoad = draft.table(
                "4 threads, 1,000 ENIs",
                "operations/µs (quartiles) | nearly exhausted: 4 are free | all for one endpoint");
        Table latencies =
                draft.table("How long one operation takes, 4 threads, the clock's own cost included", "ns | p50 | p99");
        Table lacks = draft.table("What a peer does not promise that ENIM does", "peer | lacks");
        for (Peer peer : Peer.values()) {
            byThread.row("%s | %s | %,.0f", peer.title, shown(peer, byThreads), garbage(peer));
            byEnis.row("%s | %s", peer.title, shown(peer, bySize));
            byLoad.row("%s | %s", peer.title, shown(peer, LOADS));
            Cell cell = new Cell(peer, FOUR_THREADS);
            double p50 = sample(median, cell).median();
            latencies.row(
                    "%s | %,.0f | %,.0f", peer.title, p50, sample(p99, cell).median());
            lacks.row("%s | %s", peer.title, peer.lacks);
        }
    }

    /** A cell for each setting. */
    private String shown(Peer peer, List<Setting> settings) {
        return settings.stream().map(setting -> shown(new Cell(peer, setting))).collect(Collectors.joining(" | "));
    }

    private String shown(Cell cell) {
        if (!perMicrosecond.containsKey(cell)) {
            return "–";
        }
        Sample sample = sample(perMicrosecond, cell);
        return number(sample.median(), 2) + " (" + sample.spread(2) + ")";
    }

    private void chart(String name, String title, String across, List<Setting> settings, ToIntFunction<Setting> x) {
        Chart chart = draft.chart(name, title, across, "operations per microsecond", name.endsWith("size"), true);
        for (Peer peer : Peer.values()) {
            for (Setting setting : settings) {
                if (perMicrosecond.containsKey(new Cell(peer, setting))) {
                    chart.point(peer.title, x.applyAsInt(setting), speed(peer, setting));
                }
            }
        }
    }
}

package io.enim.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.benchmarks.allocator.AllocateRelease;
import io.enim.benchmarks.gc.CollectionRound;
import io.enim.benchmarks.ledger.LedgerRecords;
import io.enim.benchmarks.manager.AddDelete;
import io.enim.benchmarks.pool.PoolRound;
import io.enim.benchmarks.wire.LinkDatagrams;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks that JMH lists run, each once, at their smallest size: one that is never run stops working unseen. */
final class EveryBenchmarkTest {
    private static final Map<String, String> SMALL = Map.of(
            "peer", "ENIM",
            "load", "HALF_FULL",
            "enis", "10",
            "assignments", "10");

    static {
        // One look at each benchmark measures nothing that another run on this machine could disturb.
        System.setProperty("jmh.ignoreLock", "true");
    }

    @TempDir
    private Path temporary;

    static List<String> benchmarks() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream()
                .map(entry -> entry.getUsername())
                .distinct()
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void runs(String benchmark) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.replace(".", "\\.") + "$")
                .mode(Mode.SingleShotTime)
                .threads(1)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .shouldFailOnError(true)
                .output(temporary.resolve("jmh.log").toString());
        SMALL.forEach(options::param);

        assertThat(new Runner(options.build()).runSingle().getPrimaryResult().getScore())
                .isPositive();
    }

    @Test
    void nothingIsLeftOut() {
        Map<String, Set<String>> methods = benchmarks().stream()
                .collect(Collectors.groupingBy(
                        name -> name.substring(0, name.lastIndexOf('.')),
                        Collectors.mapping(
                                name -> name.substring(name.lastIndexOf('.') + 1),
                                Collectors.toCollection(TreeSet::new))));

        assertThat(methods)
                .containsOnly(
                        Map.entry(AllocateRelease.class.getName(), Set.of("allocateAndRelease")),
                        Map.entry(CollectionRound.class.getName(), Set.of("round", "roundFloor")),
                        Map.entry(
                                LedgerRecords.class.getName(),
                                Set.of("restart", "restartFloor", "write", "writeFloor")),
                        Map.entry(AddDelete.class.getName(), Set.of("addAndDelete", "addAndDeleteFloor")),
                        Map.entry(PoolRound.class.getName(), Set.of("round", "roundFloor")),
                        Map.entry(
                                LinkDatagrams.class.getName(),
                                Set.of("decode", "decodeFloor", "encode", "encodeFloor")));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the processor time of an ADD and a DEL, with few ENIs and with many, with ADDs that wait and without. */
public final class PoolPart {
    private static final int[] ENIS = {10, 100, 1000};
    private static final int WAITERS = 100;
    private static final double MOST = 1.2;

    private PoolPart() {}

    public static void measure(Draft draft) throws Exception {
        draft.introduce("ADD and DEL by the number of ENIs", """
            A whole manager without its kernel: endpoints have no sandbox, records are on tmpfs, and the cloud and the \
            devices cost the same however many there are. An ADD and a DEL are made in turn, or each DEL serves one of %d \
            ADDs that wait while every ENI is held, and another one takes its place. What is measured is the processor \
            time of the whole process, in batches that change between the nodes, so that the machine's load and speed \
            concern all alike.\
            """, WAITERS);
        List<PoolNode> nodes = new ArrayList<>();
        for (int waiters : new int[] {0, WAITERS}) {
            for (int enis : ENIS) {
                nodes.add(new PoolNode(Path.of("/run", "pool-" + enis + "-" + waiters), enis, waiters));
            }
        }
        report(draft, nodes, times(draft, nodes));
        nodes.forEach(PoolNode::close);
    }

    /** In microseconds for each ADD and DEL, by node. */
    private static Map<PoolNode, Sample> times(Draft draft, List<PoolNode> nodes) throws InterruptedException {
        // So many that the kernel's count, in ticks of 10 ms on some machines, is exact to a few percent.
        int pairs = draft.quick() ? 50 : 1000;
        int rounds = draft.quick() ? 3 : 20;
        Map<PoolNode, List<Double>> times = new LinkedHashMap<>();
        for (int round = -rounds / 2; round < rounds; round++) {
            for (int i = 0; i < nodes.size(); i++) {
                // Each round begins with another one, so that none always follows the same one.
                PoolNode node = nodes.get(Math.floorMod(i + round, nodes.size()));
                long before = processor();
                node.run(pairs);
                double each = (processor() - before) / 1e3 / pairs;
                if (round >= 0) {
                    times.computeIfAbsent(node, first -> new ArrayList<>()).add(each);
                }
            }
        }
        Map<PoolNode, Sample> samples = new LinkedHashMap<>();
        times.forEach((node, each) -> samples.put(node, Sample.of(each)));
        return samples;
    }

    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void report(Draft draft, List<PoolNode> nodes, Map<PoolNode, Sample> times) {
        Table table = draft.table(
                "Processor time of one ADD and one DEL, µs", "waiting ADDs | ENIs | n | p50 | quartiles | to 10 ENIs");
        for (int waiters : new int[] {0, WAITERS}) {
            double few = Double.NaN;
            double ratio = Double.NaN;
            for (PoolNode node :
                    nodes.stream().filter(any -> any.waiters() == waiters).toList()) {
                Sample sample = requireNonNull(times.get(node));
                few = node.enis() == ENIS[0] ? sample.median() : few;
                ratio = sample.median() / few;
                table.row(
                        "%d | %,d | %d | %,.0f | %s | %.2fx",
                        waiters, node.enis(), sample.size(), sample.median(), sample.spread(0), ratio);
                draft.progress(node.name() + ": " + number(sample.median(), 0) + " µs, " + number(ratio, 2) + "x");
            }
            draft.target(
                    "pool",
                    "ADD and DEL from a warm pool with 1,000 ENIs: at most 1.2 times the processor time with 10, "
                            + (waiters == 0 ? "no ADD waiting" : waiters + " ADDs waiting"),
                    number(ratio, 2) + "x",
                    ratio <= MOST);
        }
    }
}

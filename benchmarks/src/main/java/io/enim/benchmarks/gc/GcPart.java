// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import static io.enim.benchmarks.report.Sample.number;

import com.sun.management.OperatingSystemMXBean;
import io.enim.GcReport;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures collections without findings, collections with a tenth of the endpoints dead, and restarts. */
public final class GcPart {
    private final Draft draft;
    private final Table idle;
    private final Table dead;
    private final Table restarts;
    private final Chart chart;
    private long idleCloudCalls;
    private final List<String> overFloor = new ArrayList<>();
    private double mostOverFloor;
    private double perAssignment = Double.NaN;
    private double perOfFew = Double.NaN;
    private double cpuPerAssignment = Double.NaN;

    private GcPart(Draft draft) {
        this.draft = draft;
        idle = draft.table(
                "A collection without findings, µs",
                "sandboxes | assignments | n | p50 | p99 | quartiles | p50 per assignment | processor per assignment |"
                        + " floor p50 | x floor");
        dead = draft.table(
                "A collection that finds a tenth dead, ms; an event may have ended some before it",
                "assignments | died | ended by this collection | took | per dead one");
        restarts = draft.table(
                "A restart: from nothing to all assignments known, ms",
                "assignments | n | p50 | most | µs per assignment");
        chart = draft.chart("gc-idle", "A collection without findings", "assignments", "median µs", true, true);
    }

    public static void measure(Draft draft) throws Exception {
        draft.introduce("Collection and recovery", """
            Devices in memory, records on tmpfs, a cloud in which nothing changes: the rest is ENIM's own work. A \
            collection without findings checks every assignment, every ENI and every device on the host. A sandbox \
            that is a mounted namespace, as runtimes make them, is found alive in the mount table, which takes one \
            reading, unless that table has more than one and a half lines for each assignment; any other is checked with \
            one `stat`. The floor is that reading and one look-up of each sandbox, or the `stat`s, and nothing else; it is \
            measured in turn with the collections.\
            """);
        Optional<Path> binder = NativePrograms.program("bind.c", draft.directory());
        GcPart part = new GcPart(draft);
        int most = draft.quick() ? 1000 : 10_000;
        for (int size = 10; size <= most; size *= 10) {
            if (binder.isPresent()) {
                part.idle(size, binder);
            }
            part.idle(size, Optional.empty());
        }
        if (binder.isPresent()) {
            part.targets(most);
        } else {
            draft.note("Left out: mounted namespaces, since `cc` is missing, which builds the program that mounts them;"
                    + " `benchmarks/run --install` installs it.");
        }
    }

    private void idle(int size, Optional<Path> binder) throws Exception {
        String how = binder.isPresent() ? "mounted" : "files";
        draft.progress(size + " assignments, sandboxes " + how);
        try (GcNode node = new GcNode(Path.of("/run", "gc-" + how + "-" + size), size, binder)) {
            node.assignAll();
            int rounds = draft.quick() ? 20 : 200;
            for (int i = 0; i < rounds; i++) {
                requireNoFindings(node.manager().gc());
            }
            long calls = node.cloudCalls();
            long cpu = processor();
            for (int i = 0; i < rounds; i++) {
                requireNoFindings(node.manager().gc());
            }
            double cpuEach = (processor() - cpu) / 1e3 / rounds / size;
            double[] micros = new double[rounds];
            double[] least = new double[rounds];
            CollectionFloor floor = node.floor();
            for (int i = -rounds; i < rounds; i++) {
                long began = System.nanoTime();
                node.manager().gc();
                long ended = System.nanoTime();
                floor.check();
                long floorEnded = System.nanoTime();
                micros[Math.max(i, 0)] = (ended - began) / 1e3;
                least[Math.max(i, 0)] = (floorEnded - ended) / 1e3;
            }
            idleCloudCalls += node.cloudCalls() - calls;
            Sample sample = Sample.of(micros);
            double median = sample.median();
            double leastMedian = Sample.of(least).median();
            idle.row(
                    "%s | %,d | %d | %,.0f | %,.0f | %s | %,.2f | %,.2f | %,.1f | %.2fx",
                    how,
                    size,
                    rounds,
                    median,
                    sample.p99(),
                    sample.spread(0),
                    median / size,
                    cpuEach,
                    leastMedian,
                    median / leastMedian);
            draft.progress(
                    "took " + number(median, 0) + " µs, " + number(cpuEach, 2) + " µs of processor per assignment");
            chart.point(binder.isPresent() ? "mounted namespaces" : "checked one by one", size, median);
            if (binder.isPresent()) {
                perAssignment = median / size;
                perOfFew = size == 10 ? perAssignment : perOfFew;
                cpuPerAssignment = cpuEach;
                double ratio = median / leastMedian;
                overFloor.add(number(size, 0) + ": " + number(ratio, 2) + "x");
                mostOverFloor = Math.max(mostOverFloor, ratio);
                restart(node, size);
            } else {
                dead(node, size);
            }
        }
    }

    /** Processor time of this process so far, in nanoseconds: comparable on a loaded machine. */
    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void requireNoFindings(GcReport report) {
        if (!report.findings().isEmpty()) {
            throw new IllegalStateException("a collection that should find nothing found " + report.findings());
        }
    }

    private void restart(GcNode node, int size) {
        double[] millis = new double[draft.quick() ? 2 : 10];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = node.restart() / 1e6;
        }
        Sample sample = Sample.of(millis);
        double median = sample.median();
        restarts.row(
                "%,d | %d | %,.1f | %,.1f | %,.1f",
                size, millis.length, median, sample.percentile(100), median * 1000 / size);
    }

    private void dead(GcNode node, int size) {
        int count = Math.max(1, size / 10);
        node.kill(count);
        long began = System.nanoTime();
        GcReport report = node.manager().gc();
        double millis = (System.nanoTime() - began) / 1e6;
        // An event may have started a collection before this one, which then finds fewer.
        long done = report.findings().stream()
                .filter(finding -> finding.kind() == Kind.DEAD_ENDPOINT && finding.outcome() == Outcome.DONE)
                .count();
        int left = node.manager().assignments().size();
        if (left != size - count) {
            throw new IllegalStateException(
                    left + " assignments remain of " + size + ", " + count + " died: " + report.findings());
        }
        dead.row("%,d | %,d | %,d | %,.1f | %,.2f", size, count, done, millis, millis / count);
    }

    private void targets(int most) {
        draft.target(
                "collection",
                "a collection without findings: no cloud call, no system call for each of many assignments",
                idleCloudCalls
                        + " cloud calls; many mounted namespaces are checked by the mount table alone (held by a test)",
                idleCloudCalls == 0);
        draft.target(
                "collection",
                "a collection without findings: within 3x of its floor, by the number of assignments",
                String.join(", ", overFloor) + "; with few, a part of it is threads that wait for each other",
                mostOverFloor <= 3);
        draft.target(
                "collection",
                "a collection without findings: under 1 µs per assignment",
                number(perAssignment, 2) + " µs, " + number(cpuPerAssignment, 2) + " µs of processor time, with "
                        + number(most, 0) + " assignments",
                perAssignment < 1);
        draft.target(
                "collection",
                "a collection without findings: under 6 µs per assignment with 10",
                number(perOfFew, 1) + " µs",
                perOfFew < 6);
    }
}

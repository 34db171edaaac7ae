package io.enim.benchmarks.gc;

import static io.enim.benchmarks.report.Sample.number;

import com.sun.management.OperatingSystemMXBean;
import io.enim.GcReport;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Line;
import io.enim.benchmarks.report.Result.Point;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import io.enim.benchmarks.report.Sample;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures collections without findings, collections with a tenth of the endpoints dead, and restarts. */
public final class GcPart {
    private static final int WARM_UP = 200;
    private static final double MICROSECOND = 1;

    private final Options options;
    private final int[] sizes;
    private final List<List<String>> idle = new ArrayList<>();
    private final List<List<String>> dead = new ArrayList<>();
    private final List<List<String>> restarts = new ArrayList<>();
    private final List<Point> mountedLine = new ArrayList<>();
    private final List<Point> filesLine = new ArrayList<>();
    private long idleCloudCalls;
    private double lastPerAssignment = Double.NaN;
    private double lastCpuPerAssignment = Double.NaN;

    private GcPart(Options options) {
        this.options = options;
        this.sizes = options.quick() ? new int[] {10, 100, 1000} : new int[] {10, 100, 1000, 10_000};
    }

    /** Measures, and returns the result. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft = new Result.Draft("gc", "Collection and recovery", options.quick());
        Optional<Path> binder = NativePrograms.program(
                Path.of("benchmarks/native/bind.c"), options.directory().resolve("native"));
        GcPart part = new GcPart(options);
        part.measure(binder);
        part.report(draft, binder);
        return draft.done();
    }

    private void measure(Optional<Path> binder) throws Exception {
        for (int size : sizes) {
            if (binder.isPresent()) {
                idle(size, binder);
            }
            idle(size, Optional.empty());
        }
    }

    private void idle(int size, Optional<Path> binder) throws Exception {
        String how = binder.isPresent() ? "mounted" : "files";
        options.progress("gc", size + " assignments, sandboxes " + how);
        Path directory = Path.of("/run", "gc-" + how + "-" + size);
        try (GcNode node = new GcNode(directory, size, binder)) {
            node.assignAll();
            int rounds = options.quick() ? 20 : 200;
            for (int i = 0; i < (options.quick() ? 20 : WARM_UP); i++) {
                requireNoFindings(node.manager().gc());
            }
            long calls = node.cloudCalls();
            double[] micros = new double[rounds];
            long cpu = processor();
            for (int i = 0; i < rounds; i++) {
                long began = System.nanoTime();
                GcReport report = node.manager().gc();
                micros[i] = (System.nanoTime() - began) / 1e3;
                requireNoFindings(report);
            }
            double cpuEach = (processor() - cpu) / 1e3 / rounds / size;
            idleCloudCalls += node.cloudCalls() - calls;
            Sample sample = Sample.of(micros);
            double each = sample.median() / size;
            idle.add(List.of(
                    how,
                    number(size, 0),
                    "" + rounds,
                    number(sample.median(), 0),
                    number(sample.p99(), 0),
                    sample.spread(0),
                    number(each, 2),
                    number(cpuEach, 2)));
            (binder.isPresent() ? mountedLine : filesLine).add(new Point(size, sample.median()));
            if (binder.isPresent()) {
                lastPerAssignment = each;
                lastCpuPerAssignment = cpuEach;
            }
            options.progress(
                    "gc",
                    "took " + number(sample.median(), 0) + " µs, " + number(cpuEach, 2)
                            + " µs of processor per assignment");
            if (binder.isPresent()) {
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
        int times = options.quick() ? 2 : 10;
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            millis[i] = node.restart() / 1e6;
        }
        Sample sample = Sample.of(millis);
        restarts.add(List.of(
                number(size, 0),
                "" + times,
                number(sample.median(), 1),
                number(sample.percentile(100), 1),
                number(sample.median() * 1000 / size, 1)));
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
        dead.add(List.of(
                number(size, 0), number(count, 0), number(done, 0), number(millis, 1), number(millis / count, 2)));
    }

    private void report(Result.Draft draft, Optional<Path> binder) {
        draft.introduce("Devices in memory, records on tmpfs, a cloud in which nothing changes: the rest is ENIM's own"
                + " work. A collection without findings checks every assignment, every ENI and every device on the host."
                + " A sandbox that is a mounted namespace, as runtimes make them, is found alive in the mount table,"
                + " which takes one reading; any other is checked with one `stat`.");
        if (binder.isEmpty()) {
            draft.note("Left out: mounted namespaces, since `cc` is missing, which builds the program that mounts them;"
                    + " `benchmarks/run --install` installs it.");
        } else {
            draft.target(Target.of(
                    "a collection without findings: no cloud call, no system call for each assignment",
                    idleCloudCalls
                            + " cloud calls; mounted namespaces are checked by the mount table alone (held by a test)",
                    idleCloudCalls == 0));
            draft.target(Target.of(
                    "a collection without findings: under 1 µs per assignment",
                    number(lastPerAssignment, 2) + " µs, " + number(lastCpuPerAssignment, 2)
                            + " µs of processor time, with " + number(sizes[sizes.length - 1], 0) + " assignments",
                    lastPerAssignment < MICROSECOND));
        }
        draft.table(new Table(
                "A collection without findings, µs",
                List.of(
                        "sandboxes",
                        "assignments",
                        "n",
                        "p50",
                        "p99",
                        "quartiles",
                        "p50 per assignment",
                        "processor per assignment"),
                idle));
        draft.table(new Table(
                "A collection that finds a tenth dead, ms; an event may have ended some before it",
                List.of("assignments", "died", "ended by this collection", "took", "per dead one"),
                dead));
        if (!restarts.isEmpty()) {
            draft.table(new Table(
                    "A restart: from nothing to all assignments known, ms",
                    List.of("assignments", "n", "p50", "most", "µs per assignment"),
                    restarts));
        }
        List<Line> lines = new ArrayList<>();
        if (!mountedLine.isEmpty()) {
            lines.add(new Line("mounted namespaces", mountedLine));
        }
        lines.add(new Line("checked one by one", filesLine));
        draft.chart(
                new Chart("gc-idle", "A collection without findings", "assignments", "median µs", true, true, lines));
    }
}

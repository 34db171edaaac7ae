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

/** Measures rounds with nothing to do, rounds with a tenth dead, and restarts. */
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

    /** Measures, and tells. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft = new Result.Draft("gc", "Collection and recovery", options.quick());
        Optional<Path> binder = NativePrograms.program(
                Path.of("benchmarks/native/bind.c"), options.directory().resolve("native"));
        GcPart part = new GcPart(options);
        part.measure(binder);
        part.tell(draft, binder);
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
        try (GcNode gcNode = new GcNode(directory, size, binder)) {
            gcNode.assignAll();
            int rounds = options.quick() ? 20 : 200;
            for (int i = 0; i < (options.quick() ? 20 : WARM_UP); i++) {
                quiet(gcNode.manager().gc());
            }
            long calls = gcNode.cloudCalls();
            double[] micros = new double[rounds];
            long cpu = processor();
            for (int i = 0; i < rounds; i++) {
                long began = System.nanoTime();
                GcReport report = gcNode.manager().gc();
                micros[i] = (System.nanoTime() - began) / 1e3;
                quiet(report);
            }
            double cpuEach = (processor() - cpu) / 1e3 / rounds / size;
            idleCloudCalls += gcNode.cloudCalls() - calls;
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
                restart(gcNode, size);
            } else {
                dead(gcNode, size);
            }
        }
    }

    /** Processor time of this process so far, in nanoseconds: what a loaded machine leaves comparable. */
    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void quiet(GcReport report) {
        if (!report.findings().isEmpty()) {
            throw new IllegalStateException("there was something to do: " + report.findings());
        }
    }

    private void restart(GcNode gcNode, int size) {
        int times = options.quick() ? 2 : 10;
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            millis[i] = gcNode.restart() / 1e6;
        }
        Sample sample = Sample.of(millis);
        restarts.add(List.of(
                number(size, 0),
                "" + times,
                number(sample.median(), 1),
                number(sample.percentile(100), 1),
                number(sample.median() * 1000 / size, 1)));
    }

    private void dead(GcNode gcNode, int size) {
        int count = Math.max(1, size / 10);
        gcNode.kill(count);
        long began = System.nanoTime();
        GcReport report = gcNode.manager().gc();
        double millis = (System.nanoTime() - began) / 1e6;
        // An event may have started a round before ours, which then found less.
        long done = report.findings().stream()
                .filter(finding -> finding.kind() == Kind.DEAD_ENDPOINT && finding.outcome() == Outcome.DONE)
                .count();
        int left = gcNode.manager().assignments().size();
        if (left != size - count) {
            throw new IllegalStateException(
                    left + " assignments are left of " + size + ", " + count + " died: " + report.findings());
        }
        dead.add(List.of(
                number(size, 0), number(count, 0), number(done, 0), number(millis, 1), number(millis / count, 2)));
    }

    private void tell(Result.Draft draft, Optional<Path> binder) {
        draft.introduce(
                "Devices in memory, records on tmpfs, a cloud in which nothing changes: what is left is ENIM's own"
                        + " work. A round that has nothing to do looks at every assignment, every ENI and every device at home."
                        + " Where a sandbox is a mounted namespace, as runtimes make them, it is found alive in the mount table,"
                        + " which one reading shows; where it is anything else, it is looked at with one `stat`.");
        if (binder.isEmpty()) {
            draft.note("Left out: mounted namespaces, since `cc` is not there to build the program that mounts them;"
                    + " `benchmarks/run --install` brings it.");
        } else {
            draft.target(Target.of(
                    "a round with nothing to do: no cloud call, no system call for each assignment",
                    idleCloudCalls
                            + " cloud calls; mounted namespaces are judged by the mount table alone (held by a test)",
                    idleCloudCalls == 0));
            draft.target(Target.of(
                    "a round with nothing to do: under 1 µs per assignment",
                    number(lastPerAssignment, 2) + " µs, " + number(lastCpuPerAssignment, 2)
                            + " µs of processor time, with " + number(sizes[sizes.length - 1], 0) + " assignments",
                    lastPerAssignment < MICROSECOND));
        }
        draft.table(new Table(
                "A round with nothing to do, µs",
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
                "A round that finds a tenth dead, ms; an event may have begun to end some before it",
                List.of("assignments", "died", "ended by this round", "took", "per dead one"),
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
        lines.add(new Line("looked at one by one", filesLine));
        draft.chart(new Chart(
                "gc-idle", "A collection round with nothing to do", "assignments", "median µs", true, true, lines));
    }
}

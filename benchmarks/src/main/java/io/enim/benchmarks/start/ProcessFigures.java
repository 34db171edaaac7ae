// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import io.enim.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a process has taken since its start: time, processor time of all its threads, and resident memory. */
record ProcessFigures(double millis, double processorMillis, double residentMiB) {
    static final String HEADER = "n | p50 | most | quartiles | processor time p50 | resident p50, MiB";

    /** Of a process that runs; it began at this {@link System#nanoTime}. */
    static ProcessFigures of(Process process, long began) throws IOException {
        double millis = (System.nanoTime() - began) / 1e6;
        double processor = process.info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return new ProcessFigures(millis, processor, Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
            }
        }
        throw new IOException("no VmRSS of process " + process.pid());
    }

    static Sample of(List<ProcessFigures> all, ToDoubleFunction<ProcessFigures> figure) {
        return Sample.of(all.stream().mapToDouble(figure).toArray());
    }

    /** The cells under {@link #HEADER}. */
    static String cells(List<ProcessFigures> all) {
        Sample millis = of(all, ProcessFigures::millis);
        return String.format(
                Locale.ROOT,
                "%d | %,.0f | %,.0f | %s | %,.0f | %,.0f",
                millis.size(),
                millis.median(),
                millis.percentile(100),
                millis.spread(0),
                of(all, ProcessFigures::processorMillis).median(),
                of(all, ProcessFigures::residentMiB).median());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.stages;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The own share of operations of one kind, by stage: no stage overlaps another. Not thread-safe. */
final class StageTimes {
    private static final double MOST_GAP = 0.15;

    private final Map<String, List<Double>> stages = new LinkedHashMap<>();
    private final List<Double> measured = new ArrayList<>();

    /**
     * Adds an operation.
     *
     * @param marks in order of time; the first is the beginning
     * @param ownMicros its own share, measured without the marks
     */
    void add(List<StageMark> marks, double ownMicros) {
        Map<String, Double> each = new LinkedHashMap<>();
        for (int i = 1; i < marks.size(); i++) {
            StageMark mark = marks.get(i);
            each.merge(mark.stage(), mark.ownMicrosSince(marks.get(i - 1)), Double::sum);
        }
        each.forEach((stage, micros) ->
                stages.computeIfAbsent(stage, key -> new ArrayList<>()).add(micros));
        measured.add(ownMicros);
    }

    /** Adds its table, and the target that the stages sum up to the own share. */
    void report(Draft draft, String operation) {
        Table table = draft.table("Own share of " + operation + " by stage", "µs | n | p50 | p99 | quartiles | mean");
        double sum = 0;
        double means = 0;
        for (Map.Entry<String, List<Double>> stage : stages.entrySet()) {
            Sample sample = Sample.of(stage.getValue());
            row(table, stage.getKey(), sample);
            sum += sample.median();
            means += sample.mean() * sample.size() / measured.size();
        }
        table.row("%s | %s | %,.0f | %s | %s | %,.0f", "sum of the stages", "", sum, "", "", means);
        Sample whole = Sample.of(measured);
        row(table, "own share, measured", whole);
        double gap = sum / whole.median() - 1;
        draft.target(
                "own-share",
                "the medians of the stages of " + operation + " sum up to its own share, to "
                        + number(MOST_GAP * 100, 0) + " %",
                number(sum, 0) + " of " + number(whole.median(), 0) + " µs: " + number(gap * 100, 0) + " %",
                Math.abs(gap) <= MOST_GAP);
    }

    private static void row(Table table, String name, Sample sample) {
        table.row(
                "%s | %d | %,.0f | %,.0f | %s | %,.0f",
                name, sample.size(), sample.median(), sample.p99(), sample.spread(0), sample.mean());
    }
}

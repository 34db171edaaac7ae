// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One Markdown page of all results, with the charts beside it. */
public final class Page {
    private final StringBuilder text = new StringBuilder();

    private Page() {}

    /** Writes {@code benchmarks.md} and {@code benchmarks/*.svg} into the directory, the results in this order. */
    public static void write(List<Result> results, Path directory) throws IOException {
        Path charts = directory.resolve("benchmarks");
        Files.createDirectories(charts);
        for (Result result : results) {
            for (Chart chart : result.charts()) {
                Files.writeString(charts.resolve(chart.name() + ".svg"), Svg.draw(chart));
            }
        }
        Files.writeString(directory.resolve("benchmarks.md"), render(results));
    }

    static String render(List<Result> results) {
        Page page = new Page();
        page.head(results);
        results.forEach(page::part);
        return page.text.toString();
    }

    private void head(List<Result> results) {
        paragraph("# Benchmarks");
        paragraph("Rendered by `benchmarks/run` from its measurements; no figure here was written by hand. The ratios"
                + " count: all that is compared ran on the same machine in the same run, in turns.");
        if (results.stream().anyMatch(Result::quick)) {
            paragraph("**Smoke size.** At least one part ran with `--quick`: it shows that everything runs, and its"
                    + " figures prove nothing.");
        }
        paragraph("## Targets");
        List<List<String>> rows = new ArrayList<>();
        for (Result result : results) {
            for (Target target : result.targets()) {
                rows.add(List.of(result.part(), target.aim(), target.measured(), target.met()));
            }
        }
        table(List.of("part", "target", "measured", "met"), rows, false);
        paragraph("A *no* leads to the reason, and to what would reach the target.");
    }

    private void part(Result result) {
        paragraph("## " + result.title());
        result.introduction().forEach(this::paragraph);
        paragraph("*" + result.machine() + "; took " + Sample.number(result.seconds(), 0) + " s"
                + (result.quick() ? "; smoke size" : "") + ".*");
        for (Table table : result.tables()) {
            paragraph("**" + table.caption() + "**");
            table(table.columns(), table.rows(), true);
        }
        for (Chart chart : result.charts()) {
            paragraph("![" + chart.title() + "](benchmarks/" + chart.name() + ".svg)");
        }
        if (!result.notes().isEmpty()) {
            result.notes().forEach(note -> text.append("- ").append(note).append('\n'));
            text.append('\n');
        }
    }

    private void paragraph(String words) {
        text.append(words).append("\n\n");
    }

    private void table(List<String> columns, List<List<String>> rows, boolean numbers) {
        row(columns);
        List<String> rule = new ArrayList<>(Collections.nCopies(columns.size(), numbers ? "---:" : "---"));
        rule.set(0, "---");
        row(rule);
        rows.forEach(this::row);
        text.append('\n');
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

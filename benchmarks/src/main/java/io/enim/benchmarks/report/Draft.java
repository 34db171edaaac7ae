// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a part measures: how much, and its result so far. Not thread-safe. */
public final class Draft {
    /** On the page, why targets are missed. */
    static final String REASONS = "decisions/0063-what-the-figures-say.md";

    private final String part;
    private final boolean quick;
    private final Path directory;
    private final Machine machine = Machine.now();
    private final long began = System.nanoTime();
    private final List<Target> targets = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Chart> charts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String title = "";
    private String introduction = "";

    /** Begins the part; records the machine's load of this moment. */
    public Draft(String part, boolean quick, Path directory) {
        this.part = part;
        this.quick = quick;
        this.directory = directory;
    }

    /** Smoke size: shows that it runs, not what it costs. */
    public boolean quick() {
        return quick;
    }

    public Path directory() {
        return directory;
    }

    public void progress(String doing) {
        System.err.println("# " + part + ": " + doing);
    }

    public void introduce(String heading, String paragraph, Object... values) {
        title = heading;
        introduction = String.format(Locale.ROOT, paragraph, values);
    }

    /**
     * Adds a target. One that is missed leads to its reason.
     *
     * @param reason the section of decision 63 that says why it is missed when it is, by its anchor
     */
    public void target(String reason, String aim, String measured, boolean met) {
        targets.add(new Target(aim, measured, met ? "yes" : "[no](" + REASONS + "#" + reason + ")"));
    }

    /** A table for rows to be added, with a header such as {@code ms | n | p50}; the page leaves it out if it stays empty. */
    public Table table(String caption, String header) {
        Table table = new Table(caption, Table.cells(header), new ArrayList<>());
        tables.add(table);
        return table;
    }

    /** A chart for points to be added; {@code name} becomes the name of the file. */
    public Chart chart(String name, String title, String across, String up, boolean logAcross, boolean logUp) {
        Chart chart = new Chart(name, title, across, up, logAcross, logUp, new ArrayList<>());
        charts.add(chart);
        return chart;
    }

    public void note(String note) {
        notes.add(note);
    }

    public Result done() {
        double seconds = Math.round((System.nanoTime() - began) / 1e8) / 10.0;
        tables.removeIf(table -> table.rows().isEmpty());
        return new Result(part, title, machine, quick, seconds, List.of(introduction), targets, tables, charts, notes);
    }
}

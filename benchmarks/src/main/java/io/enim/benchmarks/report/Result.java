package io.enim.benchmarks.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one part of the benchmarks found: text, then what was aimed at, then tables and charts. */
public record Result(
        String part,
        String title,
        Machine machine,
        boolean quick,
        double seconds,
        List<String> introduction,
        List<Target> targets,
        List<Table> tables,
        List<Chart> charts,
        List<String> notes) {

    /** Something that was aimed at, and what came out. */
    public record Target(String aim, String measured, String met) {
        /** Judged by a comparison that the part made. */
        public static Target of(String aim, String measured, boolean met) {
            return new Target(aim, measured, met ? "yes" : "no");
        }
    }

    /** Rows of cells under a caption; the first column is text, the others are numbers with their unit in the header. */
    public record Table(String caption, List<String> columns, List<List<String>> rows) {
        public Table {
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException("table '" + caption + "': " + row.size() + " cells under "
                            + columns.size() + " columns: " + row);
                }
            }
        }
    }

    /** Lines over an axis; {@code name} becomes the file's name. */
    public record Chart(
            String name, String title, String across, String up, boolean logAcross, boolean logUp, List<Line> lines) {}

    /** Points of one thing that was measured. */
    public record Line(String name, List<Point> points) {}

    /** One point. */
    public record Point(double x, double y) {}

    /** Collects what a part finds. Not thread-safe. */
    public static final class Draft {
        private final String part;
        private final String title;
        private final boolean quick;
        private final Machine machine = Machine.now();
        private final long began = System.nanoTime();
        private final List<String> introduction = new ArrayList<>();
        private final List<Target> targets = new ArrayList<>();
        private final List<Table> tables = new ArrayList<>();
        private final List<Chart> charts = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        /** Begins; the machine's load is that of this moment. */
        public Draft(String part, String title, boolean quick) {
            this.part = part;
            this.title = title;
            this.quick = quick;
        }

        public void introduce(String paragraph) {
            introduction.add(paragraph);
        }

        public void target(Target target) {
            targets.add(target);
        }

        public void table(Table table) {
            tables.add(table);
        }

        public void chart(Chart chart) {
            charts.add(chart);
        }

        public void note(String note) {
            notes.add(note);
        }

        /** Ends the part. */
        public Result done() {
            double seconds = Math.round((System.nanoTime() - began) / 1e8) / 10.0;
            return new Result(part, title, machine, quick, seconds, introduction, targets, tables, charts, notes);
        }
    }

    /** Writes it to {@code DIRECTORY/PART.json}, replacing what is there. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                file(directory, part),
                JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(this) + "\n");
    }

    /** Reads what {@link #write} wrote. */
    public static Result read(Path directory, String part) throws IOException {
        return JSON.std
                .with(JSON.Feature.FAIL_ON_UNKNOWN_BEAN_PROPERTY)
                .beanFrom(Result.class, file(directory, part).toFile());
    }

    /** Where a part's result lies. */
    public static Path file(Path directory, String part) {
        return directory.resolve(part + ".json");
    }
}

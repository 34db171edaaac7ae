package io.enim.benchmarks.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The result of one part of the benchmarks: text, then targets, then tables and charts. */
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

    /** A target and the measured value. */
    public record Target(String aim, String measured, String met) {
        /** With the outcome of the part's comparison. */
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

    /** Lines over an axis; {@code name} becomes the name of the file. */
    public record Chart(
            String name, String title, String across, String up, boolean logAcross, boolean logUp, List<Line> lines) {}

    /** The points of one measured series. */
    public record Line(String name, List<Point> points) {
        /** A line for each series, in the map's order. */
        public static List<Line> of(Map<String, List<Point>> series) {
            return series.entrySet().stream()
                    .map(entry -> new Line(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    /** One point. */
    public record Point(double x, double y) {}

    /** Collects a part's result. Not thread-safe. */
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

        /** Begins the part; records the machine's load of this moment. */
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

    /** Writes it to {@code DIRECTORY/PART.json}, replacing the file. */
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

    /** The file of a part's result. */
    public static Path file(Path directory, String part) {
        return directory.resolve(part + ".json");
    }
}

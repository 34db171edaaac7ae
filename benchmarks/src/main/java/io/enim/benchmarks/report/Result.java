// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /** A target, the measured value, and {@code yes}, or {@code no} with a link to the reason. */
    public record Target(String aim, String measured, String met) {}

    /** Rows of cells under a caption; the first column is text, the others are numbers with their unit in the header. */
    public record Table(String caption, List<String> columns, List<List<String>> rows) {
        /** Adds a row, written as on the page: {@code row("%s | %.1f", name, millis)}. */
        public void row(String format, Object... values) {
            List<String> row = cells(String.format(Locale.ROOT, format, values));
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("table '" + caption + "': " + row.size() + " cells under "
                        + columns.size() + " columns: " + row);
            }
            rows.add(row);
        }

        static List<String> cells(String text) {
            return List.of(text.split(" \\| ", -1));
        }
    }

    public record Chart(
            String name, String title, String across, String up, boolean logAcross, boolean logUp, List<Line> lines) {
        public void point(String line, double x, double y) {
            if (lines.stream().noneMatch(each -> each.name().equals(line))) {
                lines.add(new Line(line, new ArrayList<>()));
            }
            lines.stream()
                    .filter(each -> each.name().equals(line))
                    .forEach(each -> each.points().add(new Point(x, y)));
        }
    }

    public record Line(String name, List<Point> points) {}

    public record Point(double x, double y) {}

    /** Writes it to {@code DIRECTORY/PART.json}, replacing the file. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        String json = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(this);
        Files.writeString(file(directory, part), json + "\n");
    }

    /** Reads what {@link #write} wrote. */
    public static Result read(Path directory, String part) throws IOException {
        return JSON.std
                .with(JSON.Feature.FAIL_ON_UNKNOWN_BEAN_PROPERTY)
                .beanFrom(Result.class, file(directory, part).toFile());
    }

    public static Path file(Path directory, String part) {
        return directory.resolve(part + ".json");
    }
}

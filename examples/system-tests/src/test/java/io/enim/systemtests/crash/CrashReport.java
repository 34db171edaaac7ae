package io.enim.examples.agent.crash;

import io.enim.examples.agent.crash.Matrix.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the matrix did and found: a line for each point, printed and kept. */
final class Report {
    private final Map<Point, Line> lines = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();
    private final long began = System.nanoTime();
    private int runs;
    private int deaths;

    /** What happened at one point. */
    private static final class Line {
        final Map<String, Integer> runs = new LinkedHashMap<>();
        final Set<String> programs = new TreeSet<>();
        int broken;
    }

    Report() {
        Point.all().forEach(point -> lines.put(point, new Line()));
    }

    /** Counts a run under what was done in it. */
    void add(String kind, Result result) {
        runs++;
        deaths += result.run().kills()
                ? 1 + (result.reached() ? result.run().recovering().size() : 0)
                : 0;
        Line line = lines.get(result.run().point());
        if (result.reached()) {
            line.runs.merge(kind, 1, Integer::sum);
            line.programs.add(result.run().program().name());
        }
        if (!result.broken().isEmpty()) {
            line.broken++;
            broken.add(result.run() + " -> " + result.broken());
        }
    }

    List<String> broken() {
        return broken;
    }

    /** Points that had to be reached in this way, and were not. */
    List<Point> missing(String kind) {
        return lines.entrySet().stream()
                .filter(entry -> entry.getKey().whyUnreachable().isEmpty())
                .filter(entry -> !entry.getValue().runs.containsKey(kind))
                .map(Map.Entry::getKey)
                .toList();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Crash matrix: %d points, %d runs, %d processes killed, leaks and broken promises = %d, %d s%n",
                lines.size(),
                runs,
                deaths,
                broken.size(),
                (System.nanoTime() - began) / 1_000_000_000));
        lines.forEach((point, line) -> text.append(String.format(
                Locale.ROOT,
                "%-34s %s%s%n",
                point,
                point.whyUnreachable().isEmpty()
                        ? line.runs + " broken " + line.broken
                        : "left out: " + point.whyUnreachable(),
                line.programs.isEmpty()
                        ? ""
                        : " by " + String.join(", ", line.programs).toLowerCase(Locale.ROOT))));
        broken.forEach(what -> text.append("BROKEN ").append(what).append('\n'));
        return text.toString();
    }

    void keep(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println(text());
    }
}

package io.enim.systemtests.crash;

import io.enim.systemtests.crash.ScenarioRunner.ScenarioResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What the matrix did and found: a line for each point, printed and kept. */
final class CrashReport {
    private final Map<CrashPoint, PointLine> lines = new LinkedHashMap<>();
    final List<String> broken = new ArrayList<>();
    private final long began = System.nanoTime();
    private int runs;
    private int deaths;

    /** What happened at one point. */
    private static final class PointLine {
        final Map<String, Integer> runs = new LinkedHashMap<>();
        final Set<String> programs = new TreeSet<>();
        int broken;

        @Override
        public String toString() {
            String by = programs.isEmpty() ? "" : " by " + String.join(", ", programs);
            return runs + " broken " + broken + by.toLowerCase(Locale.ROOT);
        }
    }

    CrashReport() {
        CrashPoint.all().forEach(point -> lines.put(point, new PointLine()));
    }

    /** Counts a run under what was done in it. */
    void add(String kind, ScenarioResult result) {
        runs++;
        if (result.scenario().kills()) {
            deaths += 1 + (result.reached() ? result.scenario().recovering().size() : 0);
        }
        PointLine line = lines.get(result.scenario().point());
        if (result.reached()) {
            line.runs.merge(kind, 1, Integer::sum);
            line.programs.add(result.scenario().workload().name());
        }
        if (!result.broken().isEmpty()) {
            line.broken++;
            broken.add(result.scenario() + " -> " + result.broken());
        }
    }

    /** Reachable points with this said of the kinds of runs there. */
    List<CrashPoint> reachable(Predicate<Set<String>> kinds) {
        return lines.keySet().stream()
                .filter(point -> point.whyUnreachable().isEmpty()
                        && kinds.test(lines.get(point).runs.keySet()))
                .toList();
    }

    private String text() {
        StringBuilder text = new StringBuilder(
                "Crash matrix: %d points, %d runs, %d processes killed, leaks and broken promises = %d, %d s%n"
                        .formatted(
                                lines.size(),
                                runs,
                                deaths,
                                broken.size(),
                                (System.nanoTime() - began) / 1_000_000_000));
        lines.forEach((point, line) -> {
            String why = point.whyUnreachable();
            text.append("%-34s %s%n".formatted(point, why.isEmpty() ? line : "left out: " + why));
        });
        broken.forEach(what -> text.append("BROKEN ").append(what).append('\n'));
        return text.toString();
    }

    void keep(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text());
        System.out.println(text());
    }
}

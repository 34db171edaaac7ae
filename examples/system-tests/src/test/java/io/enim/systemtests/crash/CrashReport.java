package io.enim.systemtests.crash;

import io.enim.systemtests.crash.ScenarioRunner.ScenarioResult;
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
import java.util.function.Predicate;

/** What the matrix did and found: a line for each point, printed and kept. */
final class CrashReport {
    private final Map<CrashPoint, PointLine> lines = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();
    private final long began = System.nanoTime();
    private int runs;
    private int deaths;

    /** What happened at one point. */
    private static final class PointLine {
        final Map<String, Integer> runs = new LinkedHashMap<>();
        final Set<String> programs = new TreeSet<>();
        int broken;
    }

    CrashReport() {
        CrashPoint.all().forEach(crashPoint -> lines.put(crashPoint, new PointLine()));
    }

    /** Counts a run under what was done in it. */
    void add(String kind, ScenarioResult scenarioResult) {
        runs++;
        deaths += scenarioResult.scenario().kills()
                ? 1
                        + (scenarioResult.reached()
                                ? scenarioResult.scenario().recovering().size()
                                : 0)
                : 0;
        PointLine pointLine = lines.get(scenarioResult.scenario().point());
        if (scenarioResult.reached()) {
            pointLine.runs.merge(kind, 1, Integer::sum);
            pointLine.programs.add(scenarioResult.scenario().workload().name());
        }
        if (!scenarioResult.broken().isEmpty()) {
            pointLine.broken++;
            broken.add(scenarioResult.scenario() + " -> " + scenarioResult.broken());
        }
    }

    List<String> broken() {
        return broken;
    }

    /** Reachable points at which this was not done. */
    List<CrashPoint> missing(String kind) {
        return reachable(pointLine -> !pointLine.runs.containsKey(kind));
    }

    /** Reachable points at which nothing was done. */
    List<CrashPoint> undisturbed() {
        return reachable(pointLine -> pointLine.runs.isEmpty());
    }

    private List<CrashPoint> reachable(Predicate<PointLine> selected) {
        return lines.entrySet().stream()
                .filter(entry -> entry.getKey().whyUnreachable().isEmpty())
                .filter(entry -> selected.test(entry.getValue()))
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
        lines.forEach((crashPoint, pointLine) -> text.append(String.format(
                Locale.ROOT,
                "%-34s %s%s%n",
                crashPoint,
                crashPoint.whyUnreachable().isEmpty()
                        ? pointLine.runs + " broken " + pointLine.broken
                        : "left out: " + crashPoint.whyUnreachable(),
                pointLine.programs.isEmpty()
                        ? ""
                        : " by " + String.join(", ", pointLine.programs).toLowerCase(Locale.ROOT))));
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

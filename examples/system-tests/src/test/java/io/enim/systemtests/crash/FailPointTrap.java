package io.enim.systemtests.crash;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What happens at a point.
 *
 * @param passes how often the point is reached before, and including, the time it happens
 */
record FailPointTrap(CrashPoint point, int passes, Effect effect) {
    /** What happens. */
    enum Effect {
        /** The process ends at once. */
        KILL,
        /** The step fails, as what it stands for would. */
        FAIL
    }

    static String text(List<FailPointTrap> traps) {
        return traps.stream()
                .map(failPointTrap ->
                        failPointTrap.point() + "," + failPointTrap.passes() + "," + failPointTrap.effect())
                .collect(Collectors.joining(" "));
    }

    static List<FailPointTrap> parse(List<String> words) {
        return words.stream()
                .map(word -> word.split(",", -1))
                .map(parts -> new FailPointTrap(
                        CrashPoint.parse(parts[0]), Integer.parseInt(parts[1]), Effect.valueOf(parts[2])))
                .toList();
    }

    static List<FailPointTrap> of(FailPointTrap... traps) {
        return Arrays.asList(traps);
    }

    @Override
    public String toString() {
        return effect + " at " + point + (passes == 1 ? "" : " #" + passes);
    }
}

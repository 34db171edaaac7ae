package io.enim.systemtests.crash;

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
                .map(trap -> trap.point + "," + trap.passes + "," + trap.effect)
                .collect(Collectors.joining(" "));
    }

    static FailPointTrap parse(String word) {
        String[] parts = word.split(",", -1);
        return new FailPointTrap(CrashPoint.parse(parts[0]), Integer.parseInt(parts[1]), Effect.valueOf(parts[2]));
    }

    @Override
    public String toString() {
        return effect + " at " + point + (passes == 1 ? "" : " #" + passes);
    }
}

package io.enim.examples.agent.crash;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What happens at a point.
 *
 * @param passes how often the point is reached before, and including, the time it happens
 */
record Snare(Point point, int passes, Deed deed) {
    /** What happens. */
    enum Deed {
        /** The process ends at once. */
        KILL,
        /** The step fails, as what it stands for would. */
        FAIL
    }

    static String text(List<Snare> snares) {
        return snares.stream()
                .map(snare -> snare.point() + "," + snare.passes() + "," + snare.deed())
                .collect(Collectors.joining(" "));
    }

    static List<Snare> parse(List<String> words) {
        return words.stream()
                .map(word -> word.split(",", -1))
                .map(parts -> new Snare(Point.parse(parts[0]), Integer.parseInt(parts[1]), Deed.valueOf(parts[2])))
                .toList();
    }

    static List<Snare> of(Snare... snares) {
        return Arrays.asList(snares);
    }

    @Override
    public String toString() {
        return deed + " at " + point + (passes == 1 ? "" : " #" + passes);
    }
}

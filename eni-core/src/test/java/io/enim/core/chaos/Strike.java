package io.enim.core.chaos;

import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** What goes wrong with the next call of an operation. */
public record Strike(Kind kind, Place place, String operation) {
    /** Each kind with each operation; the operating system's file operations have no malformed answers. */
    public static List<Strike> all() {
        List<Strike> all = new ArrayList<>();
        for (Place place : Place.values()) {
            for (String operation : Seams.operations(place)) {
                EnumSet.range(Kind.REFUSED, Kind.MALFORMED).stream()
                        .filter(kind -> place != Place.DISK || kind != Kind.MALFORMED)
                        .forEach(kind -> all.add(new Strike(kind, place, operation)));
            }
        }
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return kind + " " + place + "." + operation;
    }
}

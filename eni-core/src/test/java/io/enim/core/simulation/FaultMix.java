package io.enim.core.simulation;

import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The faults of a run. A swarm: each seed has some of the kinds and none of the others, so that rare ones meet. */
final class FaultMix {
    private static final int MOST_A_DAY = 24;
    private static final int[] CHANCES = {10, 50, 100};
    private static final long[] CLOCK_STEPS = {-360, -1, 360, 86_400, -86_400, 315_360_000, -315_360_000};

    private FaultMix() {}

    static List<Fault> draw(long seed, Duration time) {
        Random random = new Random(~seed);
        Set<Kind> kinds = some(random, EnumSet.allOf(Kind.class));
        Set<Place> places = some(random, EnumSet.allOf(Place.class));
        List<Kind> choice = List.copyOf(kinds);
        List<Place> where = List.copyOf(places);
        long count = (1 + random.nextInt(MOST_A_DAY)) * Math.max(1, time.toHours()) / 24;
        List<Fault> faults = new ArrayList<>();
        for (long i = 0; i < count && !choice.isEmpty() && !where.isEmpty(); i++) {
            Kind kind = choice.get(random.nextInt(choice.size()));
            Place place = where.get(random.nextInt(where.size()));
            Fault drawn = fault(kind, kind == Kind.MISFIT ? Place.DEVICES : place, random, time);
            boolean meets = !drawn.isOfCalls() && !faults.isEmpty() && random.nextBoolean();
            faults.add(meets ? drawn.during(faults.get(random.nextInt(faults.size())), random) : drawn);
        }
        faults.sort(Comparator.comparing(Fault::at));
        return faults;
    }

    private static <E extends Enum<E>> Set<E> some(Random random, Set<E> all) {
        all.removeIf(one -> random.nextInt(3) == 0);
        return all;
    }

    private static Fault fault(Kind kind, Place place, Random random, Duration time) {
        Duration at = Duration.ofMillis((long) (random.nextDouble() * time.toMillis()));
        // Most are short; some last for half an hour.
        Duration lasts = Duration.ofMillis((long) (1_000 * Math.exp(random.nextDouble() * 7.5)));
        long detail = switch (kind) {
            case CLOCK -> CLOCK_STEPS[random.nextInt(CLOCK_STEPS.length)];
            case KILL, POWER -> random.nextInt(60);
            case MISFIT -> 1 + random.nextInt(3);
            default -> Math.max(0, random.nextInt(6) - 2);
        };
        int chance = kind == Kind.MISFIT ? 100 : CHANCES[random.nextInt(CHANCES.length)];
        boolean isLong = kind == Kind.HIDDEN || kind == Kind.MISFIT || kind == Kind.DEAF && random.nextInt(3) == 0;
        return new Fault(at, isLong ? lasts.multipliedBy(8) : lasts, kind, place, chance, detail);
    }
}

package io.enim.core.chaos;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.NoEniAvailableException;
import io.enim.core.Overriding;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.internal.records.Disk;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts a {@link Chaos} between a manager and all that it calls. */
public final class Seams {
    private static final Map<Place, Class<?>> TYPES = new EnumMap<>(Map.of(
            Place.CLOUD, EniCloud.class,
            Place.PROVIDER, EniProvider.class,
            Place.DEVICES, NetworkDevices.class,
            Place.DISK, Disk.class,
            Place.LIVENESS, Liveness.class,
            Place.METRICS, EniMetrics.class));

    /** Called while a manager starts and ends, or without an error to declare. */
    private static final Set<String> SAFE = Set.of("close", "watch", "node", "exists");

    private Seams() {}

    /** What can go wrong at this place. */
    public static List<String> operations(Place place) {
        return Arrays.stream(TYPES.get(place).getMethods())
                .map(Method::getName)
                .filter(name -> !SAFE.contains(name))
                .distinct()
                .sorted()
                .toList();
    }

    /** The target, but each call to it can go wrong. */
    public static <T> T around(Chaos chaos, Place place, T target) {
        @SuppressWarnings("unchecked") // The place is of this type.
        Class<T> type = (Class<T>) TYPES.get(place);
        return Overriding.handling(type, (self, method, arguments) -> {
            Chaos.Effect<Object, Throwable> effect = () -> {
                try {
                    return Overriding.invoke(target, method, arguments);
                } catch (NoEniAvailableException e) {
                    throw chaos.isMalformed(place) ? Malformed.refusal((Endpoint) arguments[0], e, chaos::random) : e;
                }
            };
            return SAFE.contains(method.getName()) ? effect.run() : chaos.answer(place, method.getName(), effect);
        });
    }
}

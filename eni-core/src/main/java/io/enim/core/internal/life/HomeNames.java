package io.enim.core.internal.life;

import io.enim.MacAddress;
import io.enim.spi.Device;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What devices were last called at home: a hint that makes finding them cheap. Safe for concurrent use. */
public final class HomeNames {
    private final ConcurrentHashMap<MacAddress, String> names = new ConcurrentHashMap<>();

    void remember(Device device) {
        names.put(device.identity(), device.name());
    }

    Optional<String> of(MacAddress mac) {
        return Optional.ofNullable(names.get(mac));
    }

    /** Forgets all but these. */
    public void retain(Set<MacAddress> known) {
        names.keySet().retainAll(known);
    }
}

package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.MacAddress;
import java.util.Optional;

/**
 * Something happened to devices or namespaces.
 *
 * @param kind what happened
 * @param mac the identity of the device it happened to; empty where it is about no device or the identity is unknown
 */
public record DeviceEvent(Kind kind, Optional<MacAddress> mac) {
    /** What happened. */
    public enum Kind {
        /** A device came to the host namespace, or changed there. */
        ON_HOST,
        /** A device left the host namespace. */
        LEFT_HOST,
        /** A namespace that had been given a device died. */
        NAMESPACE_GONE,
        /** Events were lost; look at everything. */
        EVENTS_LOST
    }

    public DeviceEvent {
        requireNonNull(kind, "kind");
        requireNonNull(mac, "mac");
    }
}

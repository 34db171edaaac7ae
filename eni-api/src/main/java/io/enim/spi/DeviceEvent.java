// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.MacAddress;
import java.util.Optional;

/**
 * A change of devices or namespaces.
 *
 * @param mac the identity of the device; empty for other events, or if it is unknown
 */
public record DeviceEvent(Kind kind, Optional<MacAddress> mac) {
    /** What happened. */
    public enum Kind {
        /** A device appeared or changed on the host. */
        ON_HOST,
        /** A device left the host. */
        LEFT_HOST,
        /** A namespace to which a device was moved is gone. */
        NAMESPACE_GONE,
        /** Events were lost; anything may have changed. */
        EVENTS_LOST
    }

    public DeviceEvent {
        requireNonNull(kind, "kind");
        requireNonNull(mac, "mac");
    }
}

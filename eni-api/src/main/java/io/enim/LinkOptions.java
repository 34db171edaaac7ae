// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a device is set up in its sandbox, beyond its addresses and routes. Immutable.
 *
 * @param mtu its MTU there, in bytes, 68 to 65,535; empty for the cloud's for this ENI, then that of the
 *     node, {@code enim.mtu}, and without any its own
 * @param defaultRoutes whether it gets a default route for each family of the ENI. A sandbox has one default route of a
 *     family: the second interface of a container is set up without
 * @param hostLink a second link, to the host; empty for none. Without a sandbox there is none either
 */
public record LinkOptions(OptionalInt mtu, boolean defaultRoutes, Optional<HostLink> hostLink) {
    /** The device's own MTU, default routes, and no host link. */
    public static final LinkOptions DEFAULT = new LinkOptions(OptionalInt.empty(), true);

    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    public LinkOptions {
        requireNonNull(mtu, "mtu");
        requireNonNull(hostLink, "hostLink");
        mtu.ifPresent(bytes -> {
            if (bytes < MIN_MTU || bytes > MAX_MTU) {
                throw new InvalidRequestException(
                        "mtu", Integer.toString(bytes), MIN_MTU + " to " + MAX_MTU + " bytes");
            }
        });
    }

    /** Without a host link. */
    public LinkOptions(OptionalInt mtu, boolean defaultRoutes) {
        this(mtu, defaultRoutes, Optional.empty());
    }

    /** The same with another MTU. */
    public LinkOptions withMtu(OptionalInt bytes) {
        return new LinkOptions(bytes, defaultRoutes, hostLink);
    }

    /** The same with this host link. */
    public LinkOptions withHostLink(HostLink link) {
        return new LinkOptions(mtu, defaultRoutes, Optional.of(link));
    }
}

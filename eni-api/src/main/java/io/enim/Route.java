// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A route of an endpoint.
 *
 * @param destination the block it leads to
 * @param gateway the first hop, of the same family; empty means the gateway of the ENI in that family
 */
public record Route(Cidr destination, Optional<InetAddress> gateway) {
    public Route {
        requireNonNull(destination, "destination");
        requireNonNull(gateway, "gateway");
        gateway.filter(hop -> hop.getClass() != destination.network().getClass())
                .ifPresent(hop -> {
                    throw new InvalidRequestException(
                            "route", destination + " via " + IpLiteral.format(hop), "both ends are of one family");
                });
    }

    /** A route through the ENI's own gateway. */
    public static Route to(Cidr destination) {
        return new Route(destination, Optional.empty());
    }

    /** A route through a given first hop. */
    public static Route via(Cidr destination, InetAddress gateway) {
        return new Route(destination, Optional.of(gateway));
    }

    @Override
    public String toString() {
        return destination + gateway.map(hop -> " via " + IpLiteral.format(hop)).orElse("");
    }
}

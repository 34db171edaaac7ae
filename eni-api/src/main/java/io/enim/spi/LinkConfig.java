// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.HostLink;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.Route;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration of a device inside its endpoint. Immutable.
 *
 * @param name its name there
 * @param addresses its addresses, at most one of each family; IPv6 without duplicate-address detection
 * @param routes its routes, each with a gateway; a gateway outside the subnets is reached on-link
 * @param mtu its MTU there; empty leaves the one it has
 * @param hostLink the endpoint's second link, to the host; only of families that it has an address of
 */
public record LinkConfig(
        InterfaceName name,
        List<EniAddress> addresses,
        List<Route> routes,
        OptionalInt mtu,
        Optional<HostLink> hostLink) {
    public LinkConfig {
        requireNonNull(name, "name");
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        requireNonNull(mtu, "mtu");
        requireNonNull(hostLink, "hostLink");
        for (Route route : routes) {
            if (route.gateway().isEmpty()) {
                throw new InvalidRequestException(
                        "route", route.toString(), "a route of a link configuration names its gateway");
            }
        }
        for (Cidr network : hostLink.map(HostLink::networks).orElse(List.of())) {
            if (addresses.stream().noneMatch(address -> address.subnet().isIpv4() == network.isIpv4())) {
                throw new InvalidRequestException(
                        "host link", network.toString(), "there is no address of that family to reach it from");
            }
        }
    }

    /** Without a host link. */
    public LinkConfig(InterfaceName name, List<EniAddress> addresses, List<Route> routes, OptionalInt mtu) {
        this(name, addresses, routes, mtu, Optional.empty());
    }

    /** With the MTU that the device has, and without a host link. */
    public LinkConfig(InterfaceName name, List<EniAddress> addresses, List<Route> routes) {
        this(name, addresses, routes, OptionalInt.empty());
    }
}

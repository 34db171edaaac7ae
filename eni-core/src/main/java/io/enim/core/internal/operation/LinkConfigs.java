// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.InvalidRequestException;
import io.enim.Route;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The link configuration of an endpoint: its ENI's addresses, a default route for each family, the requested routes, the MTU. */
final class LinkConfigs {
    private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");
    private static final Cidr ALL_IPV6 = Cidr.parse("::/0");
    private static final int MIN_IPV6_MTU = 1280;

    private LinkConfigs() {}

    /**
     * Throws an {@link InvalidRequestException} where a route is of a family that the ENI lacks, or the MTU too small for IPv6.
     */
    static LinkConfig of(Assignment assignment) {
        Eni eni = assignment.eni();
        List<EniAddress> addresses =
                Stream.of(eni.ipv4(), eni.ipv6()).flatMap(Optional::stream).toList();
        List<Route> routes = new ArrayList<>();
        assignment.routes().forEach(route -> routes.add(resolve(eni, route)));
        if (assignment.link().defaultRoutes()) {
            eni.ipv4().ifPresent(address -> addDefault(routes, ALL_IPV4, address));
            eni.ipv6().ifPresent(address -> addDefault(routes, ALL_IPV6, address));
        }
        OptionalInt mtu = assignment.link().mtu();
        if (eni.ipv6().isPresent() && mtu.isPresent() && mtu.getAsInt() < MIN_IPV6_MTU) {
            String rule = "ENI " + eni.id() + " has an IPv6 address, which needs " + MIN_IPV6_MTU + " bytes (RFC 8200)";
            throw new InvalidRequestException("mtu", Integer.toString(mtu.getAsInt()), rule);
        }
        return new LinkConfig(assignment.endpoint().interfaceName(), addresses, routes, mtu);
    }

    private static Route resolve(Eni eni, Route route) {
        Optional<EniAddress> address = route.destination().isIpv4() ? eni.ipv4() : eni.ipv6();
        if (address.isEmpty()) {
            String rule = "ENI " + eni.id() + " has no address of that family; leave the route out";
            throw new InvalidRequestException("route", route.toString(), rule);
        }
        return route.gateway().isPresent()
                ? route
                : Route.via(route.destination(), address.get().gateway());
    }

    private static void addDefault(List<Route> routes, Cidr everything, EniAddress address) {
        if (routes.stream().noneMatch(route -> route.destination().equals(everything))) {
            routes.add(Route.via(everything, address.gateway()));
        }
    }
}

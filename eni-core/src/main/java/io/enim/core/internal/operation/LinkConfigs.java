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
import java.util.stream.Stream;

/** The link configuration of an endpoint: its ENI's addresses, a default route for each family, the requested routes. */
final class LinkConfigs {
    private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");
    private static final Cidr ALL_IPV6 = Cidr.parse("::/0");

    private LinkConfigs() {}

    /** Throws an {@link InvalidRequestException} where a route is of a family that the ENI lacks. */
    static LinkConfig of(Assignment assignment) {
        Eni eni = assignment.eni();
        List<EniAddress> addresses =
                Stream.of(eni.ipv4(), eni.ipv6()).flatMap(Optional::stream).toList();
        List<Route> routes = new ArrayList<>();
        assignment.routes().forEach(route -> routes.add(resolve(eni, route)));
        eni.ipv4().ifPresent(address -> addDefault(routes, ALL_IPV4, address));
        eni.ipv6().ifPresent(address -> addDefault(routes, ALL_IPV6, address));
        return new LinkConfig(assignment.endpoint().interfaceName(), addresses, routes);
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

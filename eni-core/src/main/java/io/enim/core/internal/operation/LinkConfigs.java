// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
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
     * Refuses routes of a new assignment that the kernel would refuse, or that would lead nowhere: to the ENI's own subnet
     * through a gateway, and through a gateway that is neither in the subnet nor the ENI's own.
     */
    static void requireReachable(Assignment assignment) {
        for (Route route : assignment.routes()) {
            EniAddress address = address(assignment.eni(), route);
            route.gateway().ifPresent(hop -> {
                if (route.destination().equals(address.subnet())) {
                    throw invalid(
                            route, "the ENI reaches its subnet " + address.subnet() + " directly; leave the route out");
                }
                if (!hop.equals(address.gateway())
                        && !hop.isLinkLocalAddress()
                        && !address.subnet().contains(hop)) {
                    throw invalid(
                            route,
                            "the gateway is not in the ENI's subnet " + address.subnet()
                                    + "; leave it out to use the ENI's gateway " + IpLiteral.format(address.gateway()));
                }
            });
        }
    }

    /**
     * The kernel adds the route to the subnet with the address, so it is left out. Throws an {@link InvalidRequestException}
     * where a route is of a family that the ENI lacks, or the MTU too small for IPv6.
     */
    static LinkConfig of(Assignment assignment) {
        Eni eni = assignment.eni();
        List<EniAddress> addresses =
                Stream.of(eni.ipv4(), eni.ipv6()).flatMap(Optional::stream).toList();
        List<Route> routes = new ArrayList<>();
        assignment.routes().stream()
                .filter(route -> !route.destination().equals(address(eni, route).subnet()))
                .forEach(route -> routes.add(resolve(eni, route)));
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
        return route.gateway().isPresent()
                ? route
                : Route.via(route.destination(), address(eni, route).gateway());
    }

    private static EniAddress address(Eni eni, Route route) {
        return (route.destination().isIpv4() ? eni.ipv4() : eni.ipv6())
                .orElseThrow(() ->
                        invalid(route, "ENI " + eni.id() + " has no address of that family; leave the route out"));
    }

    private static InvalidRequestException invalid(Route route, String rule) {
        return new InvalidRequestException("route", route.toString(), rule);
    }

    private static void addDefault(List<Route> routes, Cidr everything, EniAddress address) {
        if (routes.stream().noneMatch(route -> route.destination().equals(everything))) {
            routes.add(Route.via(everything, address.gateway()));
        }
    }
}

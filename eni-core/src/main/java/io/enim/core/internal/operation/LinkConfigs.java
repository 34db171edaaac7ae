// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.Route;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The link configuration of an endpoint: its ENI's addresses, a default route for each family, the requested routes, the MTU, the host link. */
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
     * where a route is of a family that the ENI lacks, the MTU too small for IPv6, or the host link in the way of the ENI's own
     * routes.
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
        Optional<HostLink> hostLink = assignment.link().hostLink().map(link -> resolve(eni, link, routes));
        return new LinkConfig(assignment.endpoint().interfaceName(), addresses, routes, mtu, hostLink);
    }

    /** The part of a host link that the ENI has an address for; one configuration serves nodes of one family and of both. */
    private static HostLink resolve(Eni eni, HostLink link, List<Route> routes) {
        for (Cidr network : link.networks()) {
            address(eni, network)
                    .filter(address -> network.contains(address.gateway()))
                    .ifPresent(address -> {
                        throw refused(network, "it contains the gateway of ENI " + eni.id() + "; name less of it");
                    });
            if (routes.stream().anyMatch(route -> route.destination().equals(network))) {
                throw refused(network, "a requested route leads there by the ENI; leave one of them out");
            }
        }
        List<Cidr> services = served(eni, link.serviceNetworks());
        List<Cidr> nodes = served(eni, link.nodeNetworks());
        if (services.isEmpty() && nodes.isEmpty()) {
            String rule = "ENI " + eni.id() + " has no address of their family; name networks of its own";
            throw new InvalidRequestException("host link", link.networks().toString(), rule);
        }
        return new HostLink(services, nodes);
    }

    private static List<Cidr> served(Eni eni, List<Cidr> networks) {
        return networks.stream()
                .filter(network -> address(eni, network).isPresent())
                .toList();
    }

    private static Optional<EniAddress> address(Eni eni, Cidr network) {
        return network.isIpv4() ? eni.ipv4() : eni.ipv6();
    }

    private static InvalidRequestException refused(Cidr network, String rule) {
        return new InvalidRequestException("host link", network.toString(), rule);
    }

    private static Route resolve(Eni eni, Route route) {
        return route.gateway().isPresent()
                ? route
                : Route.via(route.destination(), address(eni, route).gateway());
    }

    private static EniAddress address(Eni eni, Route route) {
        return address(eni, route.destination())
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

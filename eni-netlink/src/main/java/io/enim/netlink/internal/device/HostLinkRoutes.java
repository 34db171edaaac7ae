// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.wire.RouteMessage.RTA_PREFSRC;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.HostLink;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.HostVeth;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.LinkConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The routes of a host link. In the sandbox one to each network, through an address that no device has and that none
 * resolves, from the endpoint's own address; on the host one to each address of the endpoint.
 *
 * @param name the name of both ends
 */
record HostLinkRoutes(MacAddress eni, String name, List<LinkRoute> inSandbox, List<LinkRoute> onHost) {
    private static final InetAddress HOP_IPV4 = Cidr.parseAddress("169.254.1.1");
    private static final InetAddress HOP_IPV6 = Cidr.parseAddress("fe80::1");

    /**
     * A route by an end of the link.
     *
     * @param source the source of packets whose sender chose none
     */
    record LinkRoute(Route route, Optional<InetAddress> source) {
        NetlinkRequest request(int index, String device) {
            NetlinkOperation operation = NetlinkOperation.ADD_HOST_LINK_ROUTE;
            return source.map(from -> RouteRequests.addFrom(operation, index, route, from, device))
                    .orElseGet(() -> RouteRequests.addOnLink(operation, index, route, device));
        }

        boolean isAmong(List<RouteMessage> present) {
            return present.stream()
                    .filter(each -> LinkConfigurer.isPresent(route, List.of(each)))
                    .anyMatch(each -> source.isEmpty()
                            || each.attributes()
                                    .bytes(RTA_PREFSRC)
                                    .map(AddressRequests::address)
                                    .equals(source));
        }

        @Override
        public String toString() {
            return route + source.map(from -> " from " + IpLiteral.format(from)).orElse("");
        }
    }

    static Optional<HostLinkRoutes> of(MacAddress eni, LinkConfig config) {
        return config.hostLink().map(link -> of(eni, link, config.addresses()));
    }

    private static HostLinkRoutes of(MacAddress eni, HostLink link, List<EniAddress> addresses) {
        List<LinkRoute> inSandbox = link.networks().stream()
                .map(network -> new LinkRoute(
                        Route.via(network, network.isIpv4() ? HOP_IPV4 : HOP_IPV6),
                        addresses.stream()
                                .map(EniAddress::address)
                                .filter(address ->
                                        address.getClass() == network.network().getClass())
                                .findFirst()))
                .toList();
        List<LinkRoute> onHost = addresses.stream()
                .filter(address -> link.serves(address.subnet().isIpv4()))
                .map(address -> new LinkRoute(
                        Route.to(Cidr.containing(
                                address.address(), address.address().getAddress().length * 8)),
                        Optional.empty()))
                .toList();
        return new HostLinkRoutes(eni, HostVeth.name(eni), inSandbox, onHost);
    }

    boolean hasIpv6() {
        return onHost.stream().anyMatch(route -> !route.route().destination().isIpv4());
    }
}

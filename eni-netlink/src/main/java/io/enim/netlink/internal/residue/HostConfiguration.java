// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.residue;

import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.rtnl.RuleRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.netlink.internal.wire.RuleMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What software of the host configured on an ENI's device: DHCP clients and network managers bring up what is plugged in,
 * give it addresses and routes, and make rules for its addresses. An ENI's device on the host is down and has none of it
 * (P20). A device that is down has no routes: the kernel removes them with that, and IPv6 addresses too.
 */
public final class HostConfiguration {
    private final LinkMessage link;
    private final List<AddressMessage> addresses;
    private final List<RouteMessage> routes;
    private final List<RuleMessage> rules;

    private HostConfiguration(
            LinkMessage link, List<AddressMessage> addresses, List<RouteMessage> routes, List<RuleMessage> rules) {
        this.link = link;
        this.addresses = addresses;
        this.routes = routes;
        this.rules = rules;
    }

    /** Reads it. Takes no RTNL unless there is some. */
    public static HostConfiguration of(LinkMessage link, NetlinkSocket socket, Deadline deadline) {
        boolean isUp = link.has(LinkMessage.IFF_UP);
        List<AddressMessage> addresses = AddressRequests.of(socket, link.index(), deadline);
        List<RouteMessage> routes = isUp ? RouteRequests.byInAllTables(socket, link.index(), deadline) : List.of();
        List<RuleMessage> rules = isUp || !addresses.isEmpty()
                ? RuleRequests.all(socket, deadline).stream()
                        .filter(rule -> isFor(rule, link, addresses))
                        .toList()
                : List.of();
        return new HostConfiguration(link, addresses, routes, rules);
    }

    private static boolean isFor(RuleMessage rule, LinkMessage link, List<AddressMessage> addresses) {
        return rule.names(link.name())
                || isOneOf(rule.sourceHost(), addresses)
                || isOneOf(rule.destinationHost(), addresses);
    }

    private static boolean isOneOf(Optional<byte[]> host, List<AddressMessage> addresses) {
        return host.isPresent()
                && addresses.stream()
                        .flatMap(address -> address.local().stream())
                        .anyMatch(octets -> Arrays.equals(octets, host.get()));
    }

    /** What there is, in words; empty when there is nothing. */
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        if (link.has(LinkMessage.IFF_UP)) {
            findings.add("it is up");
        }
        addresses.stream()
                .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                .forEach(address -> findings.add("it has address " + AddressRequests.describe(address)));
        routes.stream()
                .filter(route -> route.gateway().isPresent() || RouteRequests.isDefault(route))
                .forEach(route -> findings.add("it has route " + RouteRequests.describe(route)));
        rules.forEach(rule -> findings.add("there is rule " + RuleRequests.describe(rule)));
        return findings;
    }

    /** The requests that take the device down and remove its rules. */
    public List<NetlinkRequest> downRequests() {
        String device = LinkIdentity.describe(link);
        List<NetlinkRequest> requests = new ArrayList<>();
        requests.add(LinkRequests.setDown(link.index(), device));
        rules.forEach(rule -> requests.add(RuleRequests.remove(rule, device)));
        return requests;
    }

    /**
     * The requests that remove its addresses, to be sent when no rule is left: rules are found by the addresses. Those for
     * what went with the device's link are refused, which does no harm.
     */
    public List<NetlinkRequest> addressRequests() {
        String device = LinkIdentity.describe(link);
        return addresses.stream()
                .map(address -> AddressRequests.remove(address, device))
                .toList();
    }
}

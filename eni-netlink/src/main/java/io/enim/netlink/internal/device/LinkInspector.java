// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.LinkConfig;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares a device in a namespace with its configuration. Changes nothing. */
final class LinkInspector {
    private static final String MISSING = "missing";
    private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/64");
    /** A tenant decides how many addresses and routes there are; more than this of a family are not read. */
    private static final int MOST = 1024;

    private LinkInspector() {}

    static List<Difference> differences(MacAddress mac, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        return LinkMatcher.findInSandbox(SandboxLinks.read(sandbox, deadline), mac)
                .map(link -> differences(mac, link, sandbox, config, deadline))
                .orElse(List.of(new Difference("device", config.name() + " (" + mac + ")", MISSING)));
    }

    private static List<Difference> differences(
            MacAddress mac, LinkMessage link, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        List<Difference> differences = new ArrayList<>();
        inspectLink(mac, link, config, differences);
        try {
            sandbox.withSocket(deadline, socket -> {
                List<AddressMessage> addresses = AddressRequests.atMost(MOST, socket, link.index(), deadline);
                inspectAddresses(config, addresses, differences);
                List<RouteMessage> routes = RouteRequests.atMost(MOST, socket, link.index(), deadline);
                inspectRoutes(config, routes, addresses, differences);
                return socket;
            });
        } catch (NetlinkException e) {
            if (!e.is(Errno.EMSGSIZE)) {
                throw e;
            }
            differences.add(new Difference("addresses and routes", "at most " + MOST + " of a family each", "more"));
        }
        return differences;
    }

    private static void inspectLink(MacAddress mac, LinkMessage link, LinkConfig config, List<Difference> differences) {
        if (!link.name().equals(config.name().value())) {
            differences.add(new Difference("name", config.name().value(), link.printableName()));
        }
        if (!link.has(LinkMessage.IFF_UP)) {
            differences.add(new Difference("state", "up", "down"));
        }
        LinkIdentity.mac(link.address())
                .filter(current -> !current.equals(mac))
                .ifPresent(current -> differences.add(new Difference("mac", mac.toString(), current.toString())));
        config.mtu().ifPresent(wanted -> {
            int mtu = link.mtu().orElse(0);
            if (mtu != wanted) {
                differences.add(new Difference("mtu", Integer.toString(wanted), Integer.toString(mtu)));
            }
        });
    }

    private static void inspectAddresses(
            LinkConfig config, List<AddressMessage> present, List<Difference> differences) {
        for (EniAddress wanted : config.addresses()) {
            if (!LinkConfigurer.isPresent(wanted, present)) {
                String text =
                        AddressRequests.text(wanted.address(), wanted.subnet().prefixLength());
                differences.add(new Difference("address", text, MISSING));
            }
        }
        present.stream()
                .filter(address -> !isLinkLocal(address))
                .filter(address -> config.addresses().stream()
                        .noneMatch(wanted -> LinkConfigurer.isPresent(wanted, List.of(address))))
                .forEach(address -> differences.add(unexpected("address", AddressRequests.describe(address))));
    }

    private static void inspectRoutes(
            LinkConfig config,
            List<RouteMessage> present,
            List<AddressMessage> addresses,
            List<Difference> differences) {
        for (Route wanted : config.routes()) {
            if (!LinkConfigurer.isPresent(wanted, present)) {
                differences.add(new Difference("route", wanted.toString(), MISSING));
            }
        }
        present.stream()
                .filter(route -> !isOfAnAddress(route, addresses))
                .filter(route ->
                        config.routes().stream().noneMatch(wanted -> LinkConfigurer.isPresent(wanted, List.of(route))))
                .forEach(route -> differences.add(unexpected("route", RouteRequests.describe(route))));
    }

    private static Difference unexpected(String what, String found) {
        return new Difference("unexpected " + what, "none", found);
    }

    /** The kernel gives each device that is up one of IPv6. */
    private static boolean isLinkLocal(AddressMessage address) {
        return address.local()
                .map(AddressRequests::address)
                .filter(local -> local instanceof Inet6Address && local.isLinkLocalAddress())
                .isPresent();
    }

    /**
     * Whether the kernel made it for the subnet of an address. The link-local one of IPv6 may come between the two lists that are
     * compared here.
     */
    private static boolean isOfAnAddress(RouteMessage route, List<AddressMessage> addresses) {
        Stream<Cidr> subnets = addresses.stream()
                .flatMap(address -> address
                        .local()
                        .map(octets -> Cidr.containing(AddressRequests.address(octets), address.prefixLength()))
                        .stream());
        return route.protocol() == RouteMessage.RTPROT_KERNEL
                && route.gateway().isEmpty()
                && Stream.concat(subnets, Stream.of(LINK_LOCAL))
                        .anyMatch(subnet -> RouteRequests.destination(route).equals(Optional.of(subnet)));
    }
}

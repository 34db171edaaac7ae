// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.CheckReport.Difference;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.List;

/** Compares a device in a namespace with its configuration. Changes nothing. */
final class LinkInspector {
    private static final String MISSING = "missing";

    private LinkInspector() {}

    static List<Difference> differences(MacAddress mac, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        return LinkMatcher.findInSandbox(SandboxLinks.read(sandbox, deadline), mac)
                .map(link -> sandbox.withSocket(deadline, socket -> differences(mac, link, socket, config, deadline)))
                .orElse(List.of(new Difference("device", config.name() + " (" + mac + ")", MISSING)));
    }

    private static List<Difference> differences(
            MacAddress mac, LinkMessage link, NetlinkSocket socket, LinkConfig config, Deadline deadline) {
        List<Difference> differences = new ArrayList<>();
        if (!link.name().equals(config.name().value())) {
            differences.add(new Difference("name", config.name().value(), link.printableName()));
        }
        if (!link.has(LinkMessage.IFF_UP)) {
            differences.add(new Difference("state", "up", "down"));
        }
        LinkIdentity.mac(link.address())
                .filter(current -> !current.equals(mac))
                .ifPresent(current -> differences.add(new Difference("mac", mac.toString(), current.toString())));
        config.mtu().stream()
                .filter(mtu -> mtu != link.mtu().orElse(0))
                .forEach(mtu -> differences.add(new Difference(
                        "mtu",
                        Integer.toString(mtu),
                        Integer.toString(link.mtu().orElse(0)))));
        List<AddressMessage> addresses = AddressRequests.of(socket, link.index(), deadline);
        for (EniAddress wanted : config.addresses()) {
            if (!LinkConfigurer.isPresent(wanted, addresses)) {
                differences.add(new Difference(
                        "address",
                        AddressRequests.text(wanted.address(), wanted.subnet().prefixLength()),
                        MISSING));
            }
        }
        List<RouteMessage> routes = RouteRequests.by(socket, link.index(), deadline);
        for (Route wanted : config.routes()) {
            if (!LinkConfigurer.isPresent(wanted, routes)) {
                differences.add(new Difference("route", wanted.toString(), MISSING));
            }
        }
        return differences;
    }
}

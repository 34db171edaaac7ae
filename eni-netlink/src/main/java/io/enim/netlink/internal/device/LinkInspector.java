package io.enim.netlink.internal.device;

import io.enim.CheckReport.Difference;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares a device in a namespace with its configuration. Changes nothing. */
final class LinkInspector {
    private static final String MISSING = "missing";

    private LinkInspector() {}

    static List<Difference> differences(
            MacAddress mac, List<LinkMessage> links, NetlinkSocket socket, LinkConfig config, Deadline deadline) {
        Optional<LinkMessage> found = LinkMatcher.findInSandbox(links, mac);
        if (found.isEmpty()) {
            return List.of(new Difference("device", config.name() + " (" + mac + ")", MISSING));
        }
        LinkMessage link = found.get();
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

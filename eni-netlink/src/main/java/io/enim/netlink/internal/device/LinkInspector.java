package io.enim.netlink;

import io.enim.CheckReport.Difference;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.LinkPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares a device in a namespace with its plan. Changes nothing. */
final class Inspection {
    private static final String MISSING = "missing";

    private Inspection() {}

    static List<Difference> differences(
            MacAddress mac, List<LinkMessage> links, NetlinkSocket socket, LinkPlan plan, Deadline deadline) {
        Optional<LinkMessage> found = Identification.findInside(links, mac);
        if (found.isEmpty()) {
            return List.of(new Difference("device", plan.name() + " (" + mac + ")", MISSING));
        }
        LinkMessage link = found.get();
        List<Difference> differences = new ArrayList<>();
        if (!Devices.name(link).equals(plan.name().value())) {
            differences.add(new Difference("name", plan.name().value(), Devices.name(link)));
        }
        if (!link.has(LinkMessage.IFF_UP)) {
            differences.add(new Difference("state", "up", "down"));
        }
        Devices.mac(link.address())
                .filter(current -> !current.equals(mac))
                .ifPresent(current -> differences.add(new Difference("mac", mac.toString(), current.toString())));
        List<AddressMessage> addresses = Addresses.of(socket, link.index(), deadline);
        for (EniAddress wanted : plan.addresses()) {
            if (!Configuration.isPresent(wanted, addresses)) {
                differences.add(new Difference(
                        "address",
                        Addresses.text(wanted.address(), wanted.subnet().prefixLength()),
                        MISSING));
            }
        }
        List<RouteMessage> routes = Routes.by(socket, link.index(), deadline);
        for (Route wanted : plan.routes()) {
            if (!Configuration.isPresent(wanted, routes)) {
                differences.add(new Difference("route", wanted.toString(), MISSING));
            }
        }
        return differences;
    }
}

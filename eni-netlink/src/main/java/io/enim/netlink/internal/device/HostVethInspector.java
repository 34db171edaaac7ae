// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.CheckReport.Difference;
import io.enim.netlink.internal.device.HostLinkRoutes.LinkRoute;
import io.enim.netlink.internal.identity.HostVeth;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares a host link with what was set up: both ends, and the routes by each. Changes nothing. */
final class HostVethInspector {
    private static final String MISSING = "missing";
    /** A tenant decides how many routes leave by its end. */
    private static final int MOST = 1024;

    private final NetlinkSessions sessions;
    private final HostVethPairs pairs;

    HostVethInspector(NetlinkSessions sessions, HostVethPairs pairs) {
        this.sessions = sessions;
        this.pairs = pairs;
    }

    List<Difference> differences(Sandbox sandbox, HostLinkRoutes wanted, Deadline deadline) {
        Optional<LinkMessage> hostEnd = pairs.onHost(wanted.eni(), deadline);
        if (hostEnd.isEmpty()) {
            return List.of(new Difference("host link", wanted.name() + " on the host", MISSING));
        }
        List<Difference> differences = new ArrayList<>();
        inspectEnd("host link on the host", hostEnd.get(), wanted, differences);
        sessions.onHost(
                deadline,
                socket -> inspectRoutes(
                        "route on the host", wanted.onHost(), hostEnd.get().index(), socket, deadline, differences));
        Optional<LinkMessage> inside = SandboxLinks.read(sandbox, deadline).stream()
                .filter(link -> link.index() == hostEnd.get().link().orElse(0)
                        && link.link().orElse(0) == hostEnd.get().index()
                        && link.kind().equals(Optional.of(HostVeth.KIND)))
                .findFirst();
        if (inside.isEmpty()) {
            differences.add(new Difference("host link", wanted.name() + " in the sandbox", MISSING));
            return differences;
        }
        inspectEnd("host link in the sandbox", inside.get(), wanted, differences);
        sandbox.withSocket(
                deadline,
                socket -> inspectRoutes(
                        "host link route", wanted.inSandbox(), inside.get().index(), socket, deadline, differences));
        return differences;
    }

    private static void inspectEnd(String what, LinkMessage end, HostLinkRoutes wanted, List<Difference> differences) {
        String mac = HostVeth.mac(wanted.eni()).toString();
        expect(what, wanted.name(), end.printableName(), differences);
        expect(what, mac, LinkIdentity.mac(end.address()).map(Object::toString).orElse("none"), differences);
        expect(what, "up", end.has(LinkMessage.IFF_UP) ? "up" : "down", differences);
        expect(what, "noarp", end.has(LinkMessage.IFF_NOARP) ? "noarp" : "arp", differences);
    }

    private static void expect(String what, String expected, String found, List<Difference> differences) {
        if (!expected.equals(found)) {
            differences.add(new Difference(what, expected, found));
        }
    }

    private static List<RouteMessage> inspectRoutes(
            String what,
            List<LinkRoute> routes,
            int index,
            NetlinkSocket socket,
            Deadline deadline,
            List<Difference> differences) {
        List<RouteMessage> present = RouteRequests.atMost(MOST, socket, index, deadline);
        routes.stream()
                .filter(route -> !route.isAmong(present))
                .forEach(route -> differences.add(new Difference(what, route.toString(), MISSING)));
        return present;
    }
}

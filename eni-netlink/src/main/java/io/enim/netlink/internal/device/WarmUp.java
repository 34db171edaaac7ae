package io.enim.netlink;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.LinkPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through the motions of an operation once, at start, so that the first endpoint does not wait while the JVM loads
 * what it takes. Reads at home only and changes nothing: requests are worded, not sent.
 */
final class Rehearsal {
    /** Of the range RFC 7042 keeps for documentation, so that it is nobody's. */
    private static final MacAddress NOBODY = MacAddress.parse("00:00:5e:00:53:ff");

    private static final Device IMAGINED = new Device(
            0x7fff_fff0,
            "enim-rehearsal",
            NOBODY,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            1500,
            1000,
            0,
            Map.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            0);

    private static final LinkPlan PLAN = new LinkPlan(
            new InterfaceName("eth0"),
            List.of(
                    EniAddress.parse("192.0.2.7", "192.0.2.0/24", "192.0.2.1"),
                    EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1")),
            List.of(
                    Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("192.0.2.1")),
                    Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::1"))));

    private Rehearsal() {}

    static void run(Kernel kernel, HomeLinks homeLinks, MoveLine line, Deadline deadline) {
        HomeState state = IMAGINED.homeState();
        List<LinkMessage> links = homeLinks.links(deadline);
        Identification.find(links, state);
        new HomeNames(kernel).free(state, HomeNames.NOT_AT_HOME, deadline);
        Configuration.requests(IMAGINED, PLAN);
        try (Sandbox sandbox = Sandbox.enter(kernel, kernel.home().reopen(), deadline)) {
            Optional<LinkMessage> loopback =
                    sandbox.withSocket(deadline, socket -> Links.byName(socket, DeviceTable.LOOPBACK, deadline));
            loopback.ifPresent(link -> pretend(kernel, line, sandbox, state, link, deadline));
            SandboxLinks.read(sandbox, deadline);
        }
    }

    private static void pretend(
            Kernel kernel, MoveLine line, Sandbox sandbox, HomeState state, LinkMessage link, Deadline deadline) {
        new Leftovers(kernel).of(link, deadline);
        Hygiene.tenantsDifferences(state, link);
        MoveIn.request(link, sandbox, 0, PLAN, link.index());
        Homeward.requests(state, link, List.of(link), 0, state.name(), state.ifindex());
        line.inTurn(
                "rehearse",
                Devices.describe(link),
                deadline,
                () -> sandbox.withSocket(
                                deadline, socket -> socket.transact(List.of(Links.look(link.index())), deadline))
                        .failures());
    }
}

package io.enim.netlink;

import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what a move takes off a device: addresses and routes. They should be gone; this reads back that they are.
 * Changes nothing and takes no RTNL.
 */
final class Leftovers {
    private final Kernel kernel;

    Leftovers(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What is still on a link that just came home, in words. */
    List<String> of(LinkMessage link, Deadline deadline) {
        List<String> found = new ArrayList<>();
        kernel.atHome(deadline, socket -> {
            Addresses.of(socket, link.index(), deadline).stream()
                    .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                    .forEach(address -> found.add("address " + Addresses.describe(address) + " is on it"));
            Routes.by(socket, link.index(), deadline).stream()
                    .filter(route -> route.gateway().isPresent())
                    .forEach(route -> found.add("route " + Routes.describe(route) + " leaves by it"));
            return link;
        });
        return found;
    }
}

package io.enim.netlink;

import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Homecoming.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what a move should have taken off a device: addresses, routes, and devices stacked on it from another
 * namespace. Changes nothing and takes no RTNL.
 */
final class Leftovers {
    private static final Path SYSFS = Path.of("/sys/class/net");

    private final Kernel kernel;

    Leftovers(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What is still on a link at home, in words. */
    List<String> of(LinkMessage link, Place cameFrom, Deadline deadline) {
        List<String> found = new ArrayList<>();
        if (cameFrom != Place.HOME) {
            // A device that was at home may have got these from the machine's own software.
            kernel.atHome(deadline, socket -> {
                Addresses.of(socket, link.index(), deadline).stream()
                        .filter(address -> address.scope() != AddressMessage.RT_SCOPE_LINK)
                        .forEach(address -> found.add("address " + Addresses.describe(address) + " is on it"));
                Routes.by(socket, link.index(), deadline).stream()
                        .filter(route -> route.gateway().isPresent())
                        .forEach(route -> found.add("route " + Routes.describe(route) + " leaves by it"));
                return link;
            });
        }
        found.addAll(stackedFromElsewhere(link));
        return found;
    }

    /**
     * Devices in other namespaces that stand on this one: only sysfs names them. It may show another namespace than
     * home, as mounts decide, so it counts only where index and name agree.
     */
    private static List<String> stackedFromElsewhere(LinkMessage link) {
        Path directory = SYSFS.resolve(Devices.name(link));
        List<String> found = new ArrayList<>();
        try {
            Path index = directory.resolve("ifindex");
            if (!Files.exists(index)
                    || !Files.readString(index, StandardCharsets.US_ASCII)
                            .strip()
                            .equals(Integer.toString(link.index()))) {
                return found;
            }
            try (DirectoryStream<Path> uppers = Files.newDirectoryStream(directory, "upper_*")) {
                for (Path upper : uppers) {
                    found.add(upper.getFileName().toString().substring("upper_".length())
                            + ", in some namespace, is stacked on it");
                }
            }
        } catch (IOException e) {
            found.add("sysfs could not be read for devices stacked on it: " + e);
        }
        return found;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.wire.LinkMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The alternative names that udev gives a device whenever it appears on the host, from udev's database. They are neither a
 * tenant's nor a difference, and no sandbox shows them.
 */
final class UdevNames {
    private final Path runDirectory;

    UdevNames(Path runDirectory) {
        this.runDirectory = runDirectory;
    }

    /** The link without the alternative names that udev gave it. */
    LinkMessage without(LinkMessage link) {
        List<String> names = link.alternativeNames();
        if (names.isEmpty()) {
            return link;
        }
        Set<String> ofUdev = of(link.index());
        return link.withAlternativeNames(
                names.stream().filter(name -> !ofUdev.contains(name)).toList());
    }

    /**
     * Those that a device on the host has now. The kernel is asked: it does not announce the names of a device that is down, so
     * a link that was read before may lack them. Takes no RTNL.
     */
    List<String> on(LinkMessage link, NetlinkSocket onHost) {
        return of(link.index()).stream()
                .filter(name -> !name.equals(link.name()))
                .filter(name -> link.alternativeNames().contains(name)
                        || InterfaceIoctls.index(onHost, name).equals(Optional.of(link.index())))
                .sorted()
                .toList();
    }

    /** {@code ID_NET_NAME}, {@code ID_NET_NAME_PATH} and so on. */
    private Set<String> of(int index) {
        return RunFile.read(runDirectory.resolve("udev/data/n" + index)).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("E:ID_NET_NAME"))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }
}

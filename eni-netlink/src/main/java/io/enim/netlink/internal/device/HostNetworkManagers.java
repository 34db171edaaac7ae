// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.PrintableText;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the network managers of the host that claim a device, from their runtime files. The kernel does not tell which
 * program changed a device; this is how it can be named (F17). Finds nothing in a container that does not see the host's
 * {@code /run}.
 */
final class HostNetworkManagers {
    static final Path RUN_DIRECTORY = Path.of("/run");

    /** {@code ADMIN_STATE} of links that systemd-networkd does not manage, or not yet. */
    private static final Set<String> UNMANAGED_STATES = Set.of("unmanaged", "pending", "initialized", "linger");

    private final Path runDirectory;

    HostNetworkManagers(Path runDirectory) {
        this.runDirectory = runDirectory;
    }

    /** The claims on the device with this index and name, one line each: the manager, its file and how to exclude ENIs. */
    List<String> claimsOn(int index, String name) {
        return Stream.of(networkd(index), networkManager(index), dhclient(name), udev(index, name))
                .flatMap(Optional::stream)
                .map(PrintableText::message)
                .toList();
    }

    private Optional<String> networkd(int index) {
        Path file = runDirectory.resolve("systemd/netif/links/" + index);
        Map<String, String> link = RunFile.read(file);
        String state = link.getOrDefault("ADMIN_STATE", "unmanaged");
        return UNMANAGED_STATES.contains(state)
                ? Optional.empty()
                : Optional.of("systemd-networkd manages it (" + file + ": " + state
                        + Optional.ofNullable(link.get("NETWORK_FILE"))
                                .map(by -> " by " + by)
                                .orElse("")
                        + "); /etc/systemd/network/05-enim.network with Unmanaged=yes ends that");
    }

    private Optional<String> networkManager(int index) {
        Path file = runDirectory.resolve("NetworkManager/devices/" + index);
        String managed = RunFile.read(file).getOrDefault("managed", "false");
        return managed.equals("true") || managed.equals("1")
                ? Optional.of("NetworkManager manages it (" + file
                        + "); /etc/NetworkManager/conf.d/90-enim.conf with unmanaged-devices ends that")
                : Optional.empty();
    }

    /** ifupdown and systemd units start a client for each interface, with a file for its process id. */
    private Optional<String> dhclient(String name) {
        return Stream.of("dhclient." + name + ".pid", "dhclient-" + name + ".pid")
                // A File, unlike a Path, takes any name that a tenant gave.
                .map(file -> new File(runDirectory.toFile(), file))
                .filter(File::exists)
                .findFirst()
                .map(file -> "dhclient serves it (" + file
                        + "); /etc/systemd/system/ifup@.service.d/10-enim.conf ends that for ifupdown");
    }

    /** udev has a file for every device; it claims a device that has the name udev gives it. */
    private Optional<String> udev(int index, String name) {
        Path file = runDirectory.resolve("udev/data/n" + index);
        Map<String, String> device = RunFile.read(file);
        return name.equals(device.get("E:ID_NET_NAME"))
                ? Optional.of("udev names it " + name + " (" + file
                        + Optional.ofNullable(device.get("E:ID_NET_LINK_FILE"))
                                .map(by -> ": by " + by)
                                .orElse("")
                        + ")")
                : Optional.empty();
    }
}

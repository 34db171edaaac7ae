package io.enim.netlink.internal.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which of the machine's own network software claims a device at home, by what each writes down about it. The kernel does
 * not tell who changed a device; this is how a culprit can be named (F17). Says nothing in a container that does not see
 * the machine's {@code /run}.
 */
final class HostNetworkManagers {
    static final Path RUN_DIRECTORY = Path.of("/run");

    /** {@code ADMIN_STATE} of links that systemd-networkd leaves alone, or has not decided on. */
    private static final Set<String> UNMANAGED_STATES = Set.of("unmanaged", "pending", "initialized", "linger");

    private final Path runDirectory;

    HostNetworkManagers(Path run) {
        this.runDirectory = run;
    }

    /** Who claims the device with this index and name, and how to make them let go; one sentence each. */
    List<String> claimsOn(int index, String name) {
        List<String> claims = new ArrayList<>();
        networkd(index).ifPresent(claims::add);
        networkManager(index).ifPresent(claims::add);
        udev(index, name).ifPresent(claims::add);
        return claims;
    }

    private Optional<String> networkd(int index) {
        Path file = runDirectory.resolve("systemd/netif/links/" + index);
        Map<String, String> link = read(file);
        String state = link.getOrDefault("ADMIN_STATE", "unmanaged");
        return UNMANAGED_STATES.contains(state)
                ? Optional.empty()
                : Optional.of("systemd-networkd manages it (" + file + ": " + state
                        + Optional.ofNullable(link.get("NETWORK_FILE"))
                                .map(by -> " by " + by)
                                .orElse("")
                        + "); give ENIs a .network file with Unmanaged=yes");
    }

    private Optional<String> networkManager(int index) {
        Path file = runDirectory.resolve("NetworkManager/devices/" + index);
        String managed = read(file).getOrDefault("managed", "false");
        return managed.equals("true") || managed.equals("1")
                ? Optional.of("NetworkManager manages it (" + file
                        + "); list ENIs under unmanaged-devices in NetworkManager.conf")
                : Optional.empty();
    }

    /** It knows every device; it claims the name of one that is called as it would call it. */
    private Optional<String> udev(int index, String name) {
        Path file = runDirectory.resolve("udev/data/n" + index);
        Map<String, String> device = read(file);
        return name.equals(device.get("E:ID_NET_NAME"))
                ? Optional.of("udev calls it " + name + " (" + file
                        + Optional.ofNullable(device.get("E:ID_NET_LINK_FILE"))
                                .map(by -> ": by " + by)
                                .orElse("")
                        + ")")
                : Optional.empty();
    }

    /** Lines of key and value; none where there is no such file, or no right to read it. */
    private static Map<String, String> read(Path file) {
        Map<String, String> values = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    values.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                }
            }
        } catch (IOException e) {
            // Nobody who would write it down manages the device, or it is none of ours to read.
            return Map.of();
        }
        return values;
    }
}

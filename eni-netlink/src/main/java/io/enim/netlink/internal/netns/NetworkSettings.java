// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the kernel's settings of networks are. A file below shows the namespace of the thread that opens it.
 *
 * <p>Container runtimes mount {@code /proc/sys} read-only in a container that is not privileged. The host's directory mounted
 * elsewhere in that container can be written, and shows the thread's namespace just so.
 */
public final class NetworkSettings {
    private static final Path OF_PROC = Path.of("/proc/sys/net");
    /** Where the agent's container has the host's. */
    private static final Path MOUNTED = Path.of("/host/proc/sys/net");

    private static final Path DIRECTORY = Files.isDirectory(MOUNTED) ? MOUNTED : OF_PROC;

    private NetworkSettings() {}

    /** The path of a setting, such as {@code ipv6/conf/default/accept_ra}. */
    public static Path path(String name) {
        return DIRECTORY.resolve(name);
    }

    /** The path of a device's setting of IPv6. A device's name has no slash. */
    public static String ofIpv6(String device, String setting) {
        return DIRECTORY + "/ipv6/conf/" + device + "/" + setting;
    }
}

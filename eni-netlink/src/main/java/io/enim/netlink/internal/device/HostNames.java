// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.spi.DeviceBaseline;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The name of a device on the host: its own, or one made from its MAC when another device has taken that. Each name is
 * looked up in the kernel, which takes no RTNL and covers alternative names, whose changes are not announced.
 */
final class HostNames {
    /** The index to pass for a device that is not on the host. */
    static final int NOT_ON_HOST = 0;

    private HostNames() {}

    /** The first name that no other device has, as its name or an alternative name; empty when all are taken. */
    static Optional<String> free(NetlinkSessions sessions, DeviceBaseline baseline, int ownIndex, Deadline deadline) {
        return sessions.onHost(
                deadline,
                socket -> candidates(baseline)
                        .filter(name -> InterfaceIoctls.index(socket, name)
                                .filter(index -> index != ownIndex)
                                .isEmpty())
                        .findFirst());
    }

    private static Stream<String> candidates(DeviceBaseline baseline) {
        // With a prefix of three characters, 12 hexadecimal digits fill the 15 that a name may have.
        String digits = baseline.mac().toString().replace(":", "");
        return Stream.of(baseline.name(), "eni" + digits, "en0" + digits, "en1" + digits, "en2" + digits);
    }
}

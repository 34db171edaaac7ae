package io.enim.netlink.internal.device;

import io.enim.MacAddress;
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

    private final NetlinkSessions sessions;

    HostNames(NetlinkSessions sessions) {
        this.sessions = sessions;
    }

    /** The first name that no other device has, as its name or an alternative name; empty when all are taken. */
    Optional<String> free(DeviceBaseline baseline, int ownIndex, Deadline deadline) {
        return sessions.onHost(
                deadline,
                socket -> candidates(baseline)
                        .filter(name -> InterfaceIoctls.index(socket, name)
                                .filter(index -> index != ownIndex)
                                .isEmpty())
                        .findFirst());
    }

    private static Stream<String> candidates(DeviceBaseline baseline) {
        String digits = digits(baseline.mac());
        return Stream.of(baseline.name(), "eni" + digits, "en0" + digits, "en1" + digits, "en2" + digits);
    }

    /** 12 hexadecimal digits; with a prefix of three characters they fill the 15 that a name may have. */
    private static String digits(MacAddress mac) {
        return mac.toString().replace(":", "");
    }
}

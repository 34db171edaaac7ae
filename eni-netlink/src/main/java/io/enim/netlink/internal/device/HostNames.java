package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.spi.DeviceBaseline;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device is called at home: the name it had there, or one made from its MAC when another device took that. The
 * kernel is asked for each name, which takes no RTNL and knows alternative names, whose changes it does not announce.
 */
final class HostNames {
    /** The index to pass for a device that is not at home. */
    static final int NOT_ON_HOST = 0;

    private final NetlinkSessions sessions;

    HostNames(NetlinkSessions kernel) {
        this.sessions = kernel;
    }

    /** The first name that no other device has, as name or alternative name; empty when all are taken. */
    Optional<String> free(DeviceBaseline home, int ownIndex, Deadline deadline) {
        return sessions.onHost(
                deadline,
                socket -> candidates(home)
                        .filter(name -> InterfaceIoctls.index(socket, name)
                                .filter(index -> index != ownIndex)
                                .isEmpty())
                        .findFirst());
    }

    private static Stream<String> candidates(DeviceBaseline home) {
        String digits = digits(home.mac());
        return Stream.of(home.name(), "eni" + digits, "en0" + digits, "en1" + digits, "en2" + digits);
    }

    /** 12 hexadecimal digits; with three characters before them, the 15 a name may have. */
    private static String digits(MacAddress mac) {
        return mac.toString().replace(":", "");
    }
}

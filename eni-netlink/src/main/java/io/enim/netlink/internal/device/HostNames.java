package io.enim.netlink;

import io.enim.MacAddress;
import io.enim.spi.HomeState;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device is called at home: the name it had there, or one made from its MAC when another device took that. The
 * kernel is asked for each name, which takes no RTNL and knows alternative names, whose changes it does not announce.
 */
final class HomeNames {
    /** The index to pass for a device that is not at home. */
    static final int NOT_AT_HOME = 0;

    private final Kernel kernel;

    HomeNames(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The first name that no other device has, as name or alternative name; empty when all are taken. */
    Optional<String> free(HomeState home, int ownIndex, Deadline deadline) {
        return kernel.atHome(
                deadline,
                socket -> candidates(home)
                        .filter(name -> Interfaces.index(socket, name)
                                .filter(index -> index != ownIndex)
                                .isEmpty())
                        .findFirst());
    }

    private static Stream<String> candidates(HomeState home) {
        String digits = digits(home.mac());
        return Stream.of(home.name(), "eni" + digits, "en0" + digits, "en1" + digits, "en2" + digits);
    }

    /** 12 hexadecimal digits; with three characters before them, the 15 a name may have. */
    private static String digits(MacAddress mac) {
        return mac.toString().replace(":", "");
    }
}

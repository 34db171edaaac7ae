package io.enim.netlink;

import io.enim.MacAddress;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.HomeState;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** What a device is called at home: the name it had there, or one made from its MAC when another device took that. */
final class HomeNames {
    private HomeNames() {}

    /** The first name that no other link has, as name or alternative name; empty when all are taken. */
    static Optional<String> free(HomeState home, Collection<LinkMessage> links, int ownIndex) {
        return candidates(home)
                .filter(name ->
                        links.stream().filter(link -> link.index() != ownIndex).noneMatch(link -> isCalled(link, name)))
                .findFirst();
    }

    private static Stream<String> candidates(HomeState home) {
        String digits = digits(home.mac());
        return Stream.of(home.name(), "eni" + digits, "en0" + digits, "en1" + digits, "en2" + digits);
    }

    /** 12 hexadecimal digits; with three characters before them, the 15 a name may have. */
    private static String digits(MacAddress mac) {
        return mac.toString().replace(":", "");
    }

    private static boolean isCalled(LinkMessage link, String name) {
        return Devices.name(link).equals(name) || link.alternativeNames().contains(name);
    }
}

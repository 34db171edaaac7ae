// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.identity;

import io.enim.MacAddress;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The veth pair of an ENI's host link, as it is recognized: both ends have the name {@code hl-} and the ENI's MAC, and a MAC
 * that is made from the ENI's. A link of another kind or with another MAC is other software's, whatever its name (P9).
 *
 * <p>The name does not begin as those of NICs do: configurations of host software that are meant for these ({@code en*},
 * {@code eth*}) do not match it. The MAC is set when the pair is made, and so kept by udev.
 */
public final class HostVeth {
    /** The kind of both ends. */
    public static final String KIND = "veth";

    /** {@code IFF_NOARP}: the ends have one MAC, so that a packet is addressed to the other end without being resolved. */
    public static final int FLAGS = LinkMessage.IFF_UP | LinkMessage.IFF_NOARP;

    private static final Pattern NAME = Pattern.compile("hl-((?:[0-9a-f]{2}){6})");

    private HostVeth() {}

    /** The name of both ends; 15 characters, the most that a name has. */
    public static String name(MacAddress eni) {
        return "hl-" + eni.toString().replace(":", "");
    }

    /** The MAC of both ends: locally administered, and never the ENI's. */
    public static MacAddress mac(MacAddress eni) {
        byte[] octets = eni.toBytes();
        octets[0] = (byte) ((octets[0] ^ 0x10) & 0xfe | 0x02);
        return MacAddress.of(octets);
    }

    /** The ENI whose host link this is an end of; empty when it is none. */
    public static Optional<MacAddress> eni(LinkMessage link) {
        Matcher name = NAME.matcher(link.name());
        if (!name.matches() || !link.kind().equals(Optional.of(KIND))) {
            return Optional.empty();
        }
        MacAddress eni = new MacAddress(Long.parseLong(name.group(1), 16));
        return LinkIdentity.mac(link.address()).filter(mac(eni)::equals).map(mac -> eni);
    }

    /** The end of this ENI's host link among the links of a namespace. */
    public static Optional<LinkMessage> find(Collection<LinkMessage> links, MacAddress eni) {
        String name = name(eni);
        return links.stream()
                .filter(link -> link.name().equals(name))
                .filter(link -> eni(link).equals(Optional.of(eni)))
                .findFirst();
    }
}

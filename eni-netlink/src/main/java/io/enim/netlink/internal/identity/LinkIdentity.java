// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.identity;

import io.enim.MacAddress;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.Optional;

/** The MAC by which an ENI is known, as links show it. */
public final class LinkIdentity {
    private static final int ETHERNET_OCTETS = 6;

    private LinkIdentity() {}

    /** The permanent MAC where the kernel reports one, else the current one; empty when neither can be an ENI's. */
    public static Optional<MacAddress> of(LinkMessage link) {
        return mac(link.permanentAddress()).or(() -> mac(link.address()));
    }

    /** The address as a MAC; empty when it is empty, zero or a group address, which no ENI has. */
    public static Optional<MacAddress> mac(Optional<byte[]> address) {
        return address.filter(octets -> octets.length == ETHERNET_OCTETS && isUnicast(octets))
                .map(MacAddress::of);
    }

    private static boolean isUnicast(byte[] octets) {
        int any = 0;
        for (byte octet : octets) {
            any |= octet;
        }
        return any != 0 && (octets[0] & 1) == 0;
    }

    /** Name and MAC, for messages. */
    public static String describe(LinkMessage link) {
        return link.printableName() + of(link).map(mac -> " (" + mac + ")").orElse("");
    }
}

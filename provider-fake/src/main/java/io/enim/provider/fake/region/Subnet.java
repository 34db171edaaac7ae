// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.Cidr;
import java.util.Optional;

/** A subnet with a block of one or of both families. Its gateways are at offset 1; addresses are handed out from offset 4. */
public record Subnet(String id, String zone, Optional<Cidr> ipv4, Optional<Cidr> ipv6) {
    public Subnet {
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            throw new IllegalArgumentException("subnet " + id + " has an IPv4 or an IPv6 block");
        }
    }

    /** From text; an empty block is none. */
    public static Subnet of(String id, String zone, String ipv4, String ipv6) {
        return new Subnet(id, zone, block(ipv4), block(ipv6));
    }

    private static Optional<Cidr> block(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Cidr.parse(text));
    }
}

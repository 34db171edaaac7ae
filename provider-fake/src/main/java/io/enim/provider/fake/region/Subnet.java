package io.enim.provider.fake.region;

import io.enim.Cidr;
import java.util.Optional;

/**
 * A subnet. Its gateways are at offset 1; addresses are handed out from offset 4.
 *
 * @param id its id
 * @param zone its zone
 * @param ipv4 its IPv4 block, if it has one
 * @param ipv6 its IPv6 block, if it has one
 */
public record Subnet(String id, String zone, Optional<Cidr> ipv4, Optional<Cidr> ipv6) {
    public Subnet {
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            throw new IllegalArgumentException("subnet " + id + " has an IPv4 or an IPv6 block");
        }
    }
}

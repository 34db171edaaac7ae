package io.enim.provider.fake.ec2;

import io.enim.Cidr;
import java.util.Map;
import java.util.Optional;

/**
 * A subnet of the stand-in's VPC.
 *
 * @param id its id
 * @param zone its zone
 * @param ipv4 its IPv4 block
 * @param ipv6 its IPv6 block, if it has one
 * @param addresses how many interfaces it has room for
 * @param tags its tags
 */
public record Ec2Subnet(
        String id, String zone, Cidr ipv4, Optional<Cidr> ipv6, int addresses, Map<String, String> tags) {
    public Ec2Subnet {
        tags = Map.copyOf(tags);
    }

    /** A subnet with room for a whole block, without IPv6 and tags. */
    public static Ec2Subnet of(String id, String zone, String ipv4) {
        Cidr block = Cidr.parse(ipv4);
        // The first four addresses and the last are the VPC's.
        return new Ec2Subnet(
                id, zone, block, Optional.empty(), (1 << Math.min(30, 32 - block.prefixLength())) - 5, Map.of());
    }

    /** The same with an IPv6 block. */
    public Ec2Subnet withIpv6(String block) {
        return new Ec2Subnet(id, zone, ipv4, Optional.of(Cidr.parse(block)), addresses, tags);
    }

    /** The same with room for fewer interfaces. */
    public Ec2Subnet withRoomFor(int interfaces) {
        return new Ec2Subnet(id, zone, ipv4, ipv6, interfaces, tags);
    }

    /** The same with these tags. */
    public Ec2Subnet withTags(Map<String, String> newTags) {
        return new Ec2Subnet(id, zone, ipv4, ipv6, addresses, newTags);
    }
}

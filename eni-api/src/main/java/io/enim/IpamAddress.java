// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/**
 * The result of a CNI plugin for one family. Immutable.
 *
 * @param cidr the subnet's block, of the same family
 * @param gateway the first hop, of the same family
 * @param interfaceNumber the ENI's number at the instance, as the cloud counts; 0 where the cloud has none
 */
public record IpamAddress(InetAddress address, Cidr cidr, InetAddress gateway, MacAddress mac, int interfaceNumber) {
    public IpamAddress {
        requireNonNull(address, "address");
        requireNonNull(cidr, "cidr");
        requireNonNull(gateway, "gateway");
        requireNonNull(mac, "mac");
    }

    /** The address with the prefix length of its subnet, as CNI results write it: {@code 10.0.3.7/24}. */
    public String withPrefix() {
        return IpLiteral.format(address) + "/" + cidr.prefixLength();
    }

    @Override
    public String toString() {
        return withPrefix() + " via " + IpLiteral.format(gateway) + " on " + mac;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/**
 * An address of an ENI with the block and the gateway of the same family (P10).
 *
 * @param address the address the cloud assigned
 * @param subnet the block of the cloud's subnet
 * @param gateway the first hop; it need not be inside the block
 */
public record EniAddress(InetAddress address, Cidr subnet, InetAddress gateway) {
    public EniAddress {
        requireNonNull(address, "address");
        requireNonNull(subnet, "subnet");
        requireNonNull(gateway, "gateway");
        if (address.getClass() != subnet.network().getClass() || address.getClass() != gateway.getClass()) {
            throw new InvalidRequestException(
                    "eni address",
                    IpLiteral.format(address) + " in " + subnet + " via " + IpLiteral.format(gateway),
                    "address, subnet and gateway are of one family");
        }
        if (!subnet.contains(address)) {
            throw new InvalidRequestException(
                    "eni address", IpLiteral.format(address), "it lies outside its subnet " + subnet);
        }
        if (gateway.equals(address)) {
            throw new InvalidRequestException(
                    "eni address", IpLiteral.format(address), "an endpoint is not its own gateway");
        }
    }

    /** Reads the three parts from their text forms. */
    public static EniAddress parse(String address, String subnet, String gateway) {
        return new EniAddress(
                IpLiteral.parse("address", address), Cidr.parse(subnet), IpLiteral.parse("gateway", gateway));
    }

    @Override
    public String toString() {
        return IpLiteral.format(address) + " in " + subnet + " via " + IpLiteral.format(gateway);
    }
}

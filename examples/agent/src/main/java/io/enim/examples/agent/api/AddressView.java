// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.EniAddress;
import io.enim.IpLiteral;
import io.enim.IpamAddress;

/** An address with its prefix length, and the gateway of its subnet. */
public record AddressView(String address, String gateway) {
    static AddressView of(EniAddress ip) {
        return new AddressView(
                IpLiteral.format(ip.address()) + "/" + ip.subnet().prefixLength(), IpLiteral.format(ip.gateway()));
    }

    static AddressView of(IpamAddress ip) {
        return new AddressView(ip.withPrefix(), IpLiteral.format(ip.gateway()));
    }
}

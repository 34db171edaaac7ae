// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.testbed;

import static java.util.Objects.requireNonNull;

import io.enim.InterfaceName;
import io.enim.MacAddress;
import java.util.Optional;

/**
 * A veth pair to be created: two ends, the second one in the same or another namespace. Start with {@link #between}.
 *
 * @param name the first end's name
 * @param mac the first end's MAC; empty lets the kernel choose
 * @param ifindex the first end's index; 0 lets the kernel choose
 * @param peerName the second end's name
 * @param peerNamespace the second end's namespace; empty means the first end's
 */
public record VethPair(
        InterfaceName name,
        Optional<MacAddress> mac,
        int ifindex,
        InterfaceName peerName,
        Optional<TestbedNamespace> peerNamespace) {
    public VethPair {
        requireNonNull(name, "name");
        requireNonNull(mac, "mac");
        requireNonNull(peerName, "peerName");
        requireNonNull(peerNamespace, "peerNamespace");
    }

    /** A pair with these two names. */
    public static VethPair between(String name, String peerName) {
        return new VethPair(
                new InterfaceName(name), Optional.empty(), 0, new InterfaceName(peerName), Optional.empty());
    }

    /** The same with this MAC on the first end. */
    public VethPair withMac(MacAddress first) {
        return new VethPair(name, Optional.of(first), ifindex, peerName, peerNamespace);
    }

    /** The same with this index for the first end. */
    public VethPair withIfindex(int first) {
        return new VethPair(name, mac, first, peerName, peerNamespace);
    }

    /** The same with the second end in this namespace. */
    public VethPair withPeerIn(TestbedNamespace second) {
        return new VethPair(name, mac, ifindex, peerName, Optional.of(second));
    }
}

package io.enim.netlink.testbed;

import static java.util.Objects.requireNonNull;

import io.enim.InterfaceName;
import io.enim.MacAddress;
import java.util.Optional;

/**
 * A cable to be made: two ends, the second one in the same or another namespace. Start with {@link #between}.
 *
 * @param name the first end's name
 * @param mac the first end's MAC; empty lets the kernel choose
 * @param ifindex the first end's index; 0 lets the kernel choose
 * @param peerName the second end's name
 * @param peerMac the second end's MAC; empty lets the kernel choose
 * @param peerNamespace where the second end is put; empty means beside the first
 * @param mtu both ends' MTU in bytes; 0 means the kernel's 1500
 */
public record VethPair(
        InterfaceName name,
        Optional<MacAddress> mac,
        int ifindex,
        InterfaceName peerName,
        Optional<MacAddress> peerMac,
        Optional<TestbedNamespace> peerNamespace,
        int mtu) {
    public VethPair {
        requireNonNull(name, "name");
        requireNonNull(mac, "mac");
        requireNonNull(peerName, "peerName");
        requireNonNull(peerMac, "peerMac");
        requireNonNull(peerNamespace, "peerNamespace");
    }

    /** A cable between two names. */
    public static VethPair between(String name, String peerName) {
        return new VethPair(
                new InterfaceName(name),
                Optional.empty(),
                0,
                new InterfaceName(peerName),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    /** The same with this MAC on the first end. */
    public VethPair withMac(MacAddress first) {
        return new VethPair(name, Optional.of(first), ifindex, peerName, peerMac, peerNamespace, mtu);
    }

    /** The same with this index for the first end. */
    public VethPair withIfindex(int first) {
        return new VethPair(name, mac, first, peerName, peerMac, peerNamespace, mtu);
    }

    /** The same with this MAC on the second end. */
    public VethPair withPeerMac(MacAddress second) {
        return new VethPair(name, mac, ifindex, peerName, Optional.of(second), peerNamespace, mtu);
    }

    /** The same with the second end in this namespace. */
    public VethPair withPeerIn(TestbedNamespace second) {
        return new VethPair(name, mac, ifindex, peerName, peerMac, Optional.of(second), mtu);
    }

    /** The same with this MTU on both ends. */
    public VethPair withMtu(int bytes) {
        return new VethPair(name, mac, ifindex, peerName, peerMac, peerNamespace, bytes);
    }
}

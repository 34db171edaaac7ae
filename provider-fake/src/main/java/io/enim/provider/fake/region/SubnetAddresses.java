// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.Cidr;
import io.enim.EniAddress;
import java.util.BitSet;
import java.util.Optional;

/** The free addresses of one subnet, by offset; one offset serves both families. Guarded by its owner. */
final class SubnetAddresses {
    private static final int FIRST = 4;
    private static final int MAX_ADDRESSES = 1 << 20;

    private final Subnet subnet;
    private final BitSet taken = new BitSet();
    private final int end;

    SubnetAddresses(Subnet subnet) {
        this.subnet = subnet;
        this.end = Math.min(capacity(subnet.ipv4()), capacity(subnet.ipv6()));
    }

    private static int capacity(Optional<Cidr> block) {
        if (block.isEmpty()) {
            return MAX_ADDRESSES;
        }
        int bits = block.get().network().getAddress().length * 8 - block.get().prefixLength();
        // The last address of an IPv4 block is its broadcast address.
        return bits >= 20
                ? MAX_ADDRESSES
                : Math.max(0, (1 << bits) - (block.get().isIpv4() ? 1 : 0));
    }

    Subnet subnet() {
        return subnet;
    }

    int free() {
        return Math.max(0, end - FIRST - taken.cardinality());
    }

    /** Takes the lowest free offset; -1 when there is none. */
    int take() {
        int offset = taken.nextClearBit(FIRST);
        return take(offset) ? offset : -1;
    }

    private boolean take(int offset) {
        if (offset < FIRST || offset >= end || taken.get(offset)) {
            return false;
        }
        taken.set(offset);
        return true;
    }

    /** Takes the addresses that an ENI has; false when they are no free addresses of this subnet. */
    boolean take(SimulatedEni eni) {
        int offset = offset(eni);
        return address(subnet.ipv4(), offset).equals(eni.ipv4())
                && address(subnet.ipv6(), offset).equals(eni.ipv6())
                && take(offset);
    }

    private static int offset(SimulatedEni eni) {
        EniAddress known =
                eni.ipv4().or(eni::ipv6).orElseThrow(() -> new IllegalArgumentException(eni.id() + " has no address"));
        byte[] address = known.address().getAddress();
        byte[] network = known.subnet().network().getAddress();
        int offset = 0;
        for (int i = Math.max(0, address.length - 4); i < address.length; i++) {
            offset = offset << 8 | (address[i] ^ network[i]) & 0xff;
        }
        return offset;
    }

    void release(SimulatedEni eni) {
        taken.clear(offset(eni));
    }

    static Optional<EniAddress> address(Optional<Cidr> block, int offset) {
        return block.map(cidr -> new EniAddress(cidr.address(offset), cidr, cidr.address(1)));
    }
}

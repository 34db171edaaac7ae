package io.enim.provider.fake.model;

import io.enim.Cidr;
import io.enim.EniAddress;
import java.util.BitSet;
import java.util.Optional;

/** The free addresses of one subnet, by offset; one offset serves both families. Guarded by its owner. */
final class AddressBook {
    private static final int FIRST = 4;
    private static final int MOST = 1 << 20;

    private final Subnet subnet;
    private final BitSet taken = new BitSet();
    private final int end;

    AddressBook(Subnet subnet) {
        this.subnet = subnet;
        this.end = Math.min(room(subnet.ipv4()), room(subnet.ipv6()));
    }

    private static int room(Optional<Cidr> block) {
        if (block.isEmpty()) {
            return MOST;
        }
        int bits = block.get().network().getAddress().length * 8 - block.get().prefixLength();
        // The last address of an IPv4 block is its broadcast address.
        return bits >= 20 ? MOST : Math.max(0, (1 << bits) - (block.get().isIpv4() ? 1 : 0));
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
        if (offset >= end) {
            return -1;
        }
        taken.set(offset);
        return offset;
    }

    /** Takes this offset; false when it is no free one. */
    boolean take(int offset) {
        if (offset < FIRST || offset >= end || taken.get(offset)) {
            return false;
        }
        taken.set(offset);
        return true;
    }

    void giveBack(int offset) {
        taken.clear(offset);
    }

    static Optional<EniAddress> address(Optional<Cidr> block, int offset) {
        return block.map(cidr -> new EniAddress(cidr.address(offset), cidr, cidr.address(1)));
    }
}

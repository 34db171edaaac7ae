package io.enim.netlink.internal.device;

import io.enim.spi.Device;
import java.util.stream.Stream;

/** What an ENI's device is in tests. */
enum Hardware {
    VETH,
    /** In the machines of the profiles uml and qemu. */
    NIC;

    /** What there is on this machine. */
    static Stream<Hardware> present() {
        return CloudNic.isAvailable() ? Stream.of(values()) : Stream.of(VETH);
    }

    /** Whether a tenant can make what shows all that this shows: an ENI of the fake cloud is a veth without a permanent MAC. */
    boolean isKind(LookAlikeKind kind) {
        return this == VETH && kind == LookAlikeKind.VETH;
    }

    Device plugIn(TestHost testHost) {
        return this == VETH ? testHost.newEni() : testHost.newNic();
    }
}

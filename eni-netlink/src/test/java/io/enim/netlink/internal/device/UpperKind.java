package io.enim.netlink.internal.device;

import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.util.function.Supplier;

/** The devices that a tenant can stack on its own, with the least data that the kernel asks for. */
enum UpperKind {
    MACVLAN("macvlan", () -> mode(4)), // MACVLAN_MODE_BRIDGE
    MACVLAN_PRIVATE("macvlan", () -> mode(1)),
    MACVLAN_PASSTHRU("macvlan", () -> mode(8)),
    MACVTAP("macvtap", () -> mode(4)),
    MACVTAP_PASSTHRU("macvtap", () -> mode(8)),
    IPVLAN_L2("ipvlan", () -> Attributes.builder().u16(1, 0)),
    IPVLAN_L3("ipvlan", () -> Attributes.builder().u16(1, 1)),
    IPVTAP("ipvtap", () -> Attributes.builder().u16(1, 0)),
    VLAN("vlan", () -> Attributes.builder().u16(1, 5)), // IFLA_VLAN_ID
    MACSEC("macsec", Attributes::builder),
    RMNET("rmnet", () -> Attributes.builder().u16(1, 5)), // IFLA_RMNET_MUX_ID
    VIRT_WIFI("virt_wifi", Attributes::builder);

    final String kind;
    private final Supplier<Attributes.Builder> data;

    UpperKind(String kind, Supplier<Attributes.Builder> data) {
        this.kind = kind;
        this.data = data;
    }

    private static Attributes.Builder mode(int mode) {
        return Attributes.builder().u32(1, mode); // IFLA_MACVLAN_MODE
    }

    /** Adds one on top of another device. */
    void add(TestbedNamespace namespace, String name, String lower) {
        TestbedInternals.addStacked(namespace, name, lower, kind, data.get());
    }
}

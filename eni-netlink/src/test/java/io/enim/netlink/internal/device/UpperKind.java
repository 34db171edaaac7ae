package io.enim.netlink.internal.device;

import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;

/** The devices that a tenant can stack on its own, with the least data that the kernel asks for. */
enum UpperKind {
    MACVLAN("macvlan", 4), // MACVLAN_MODE_BRIDGE
    MACVLAN_PRIVATE("macvlan", 1),
    MACVLAN_PASSTHRU("macvlan", 8),
    MACVTAP("macvtap", 4),
    MACVTAP_PASSTHRU("macvtap", 8),
    IPVLAN_L2("ipvlan", 0),
    IPVLAN_L3("ipvlan", 1),
    IPVTAP("ipvtap", 0),
    VLAN("vlan", 5), // IFLA_VLAN_ID
    MACSEC("macsec", 0),
    RMNET("rmnet", 5), // IFLA_RMNET_MUX_ID
    VIRT_WIFI("virt_wifi", 0);

    final String kind;
    private final int mode;

    UpperKind(String kind, int mode) {
        this.kind = kind;
        this.mode = mode;
    }

    private Attributes.Builder data() {
        Attributes.Builder data = Attributes.builder();
        return switch (kind) {
            case "macvlan", "macvtap" -> data.u32(1, mode); // IFLA_MACVLAN_MODE
            case "ipvlan", "ipvtap", "vlan", "rmnet" -> data.u16(1, mode);
            default -> data;
        };
    }

    /** Adds one on top of another device. */
    void add(TestbedNamespace namespace, String name, String lower) {
        TestbedInternals.addStacked(namespace, name, lower, kind, data());
    }
}

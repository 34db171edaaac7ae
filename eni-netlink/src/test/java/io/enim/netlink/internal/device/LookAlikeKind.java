package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.util.Locale;

/** The Ethernet devices that a tenant can create with any MAC; those on top of another are {@link UpperKind}s. */
enum LookAlikeKind {
    BRIDGE,
    BOND,
    TEAM,
    DUMMY,
    IFB,
    VETH,
    NETKIT,
    VXLAN,
    GENEVE,
    GRETAP,
    VRF;

    /** The least that the kernel asks for. */
    private Attributes data() {
        Attributes.Builder data = Attributes.builder();
        return switch (this) {
            case VXLAN -> data.u32(1, 6).build(); // IFLA_VXLAN_ID
            case GENEVE -> data.u32(1, 6).u32(2, 0x0100007f).build(); // IFLA_GENEVE_ID and _REMOTE
            case GRETAP -> data.u32(6, 0x0200007f).u32(7, 0x0100007f).build(); // IFLA_GRE_LOCAL and _REMOTE
            case VRF -> data.u32(1, 6).build(); // IFLA_VRF_TABLE
            default -> data.build();
        };
    }

    void add(TestbedNamespace namespace, String name, MacAddress mac, String alias) {
        Attributes info = Attributes.builder()
                .text(LinkMessage.IFLA_INFO_KIND, name().toLowerCase(Locale.ROOT))
                .nested(LinkMessage.IFLA_INFO_DATA, data())
                .build();
        Attributes own = Attributes.builder()
                .text(LinkMessage.IFLA_IFNAME, name)
                .bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes())
                .nested(LinkMessage.IFLA_LINKINFO, info)
                .build();
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        TestbedInternals.execute(
                namespace,
                new NetlinkRequest(
                        NetlinkOperation.BUILD,
                        LinkMessage.RTM_NEWLINK,
                        flags,
                        LinkMessage.of(0, own),
                        "add " + this,
                        name));
        namespace.setAlias(name, alias);
    }
}

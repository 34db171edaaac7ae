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
import java.util.function.Supplier;

/** The Ethernet devices that a tenant can create with any MAC; those on top of another are {@link UpperKind}s. */
enum LookAlikeKind {
    BRIDGE,
    BOND,
    TEAM,
    DUMMY,
    IFB,
    VETH,
    NETKIT,
    VXLAN(() -> Attributes.builder().u32(1, 6)), // IFLA_VXLAN_ID
    GENEVE(() -> Attributes.builder().u32(1, 6).u32(2, 0x0100007f)), // IFLA_GENEVE_ID and _REMOTE
    GRETAP(() -> Attributes.builder().u32(6, 0x0200007f).u32(7, 0x0100007f)), // IFLA_GRE_LOCAL and _REMOTE
    VRF(() -> Attributes.builder().u32(1, 6)); // IFLA_VRF_TABLE

    private final Supplier<Attributes.Builder> data;

    LookAlikeKind() {
        this(Attributes::builder);
    }

    LookAlikeKind(Supplier<Attributes.Builder> data) {
        this.data = data;
    }

    void add(TestbedNamespace namespace, String name, MacAddress mac, String alias) {
        Attributes info = Attributes.builder()
                .text(LinkMessage.IFLA_INFO_KIND, name().toLowerCase(Locale.ROOT))
                .nested(LinkMessage.IFLA_INFO_DATA, data.get().build())
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

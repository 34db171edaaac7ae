package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refusals of devices that the build cannot create. None of them reads from the kernel: there is no socket. */
class ProtectedLinksTest {
    private static LinkMessage link(int index, String name, int flags, Attributes.Builder more) {
        return LinkMessage.of(
                index, flags, 0, more.text(LinkMessage.IFLA_IFNAME, name).build());
    }

    private static Attributes.Builder info(int type, String kind) {
        Attributes info = Attributes.builder().text(type, kind).build();
        return Attributes.builder().nested(LinkMessage.IFLA_LINKINFO, info);
    }

    private void assertRefused(String why, LinkMessage link, LinkMessage... others) {
        assertThatThrownBy(() -> ProtectedLinks.check(
                        "move in", link, List.of(others), null, Deadline.after(Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(DeviceException.class, e -> {
                    assertThat(e.kind()).isEqualTo(DeviceException.Kind.PROTECTED);
                    assertThat(e.operation()).isEqualTo("move in");
                })
                .hasMessageContaining(why)
                .hasMessageContaining("nothing was changed");
    }

    @Test
    void p9_loopbackIsRefused() {
        assertRefused("loopback", link(1, "lo", LinkMessage.IFF_LOOPBACK, Attributes.builder()));
    }

    @Test
    void p9_aBondAndATeamAreRefused() {
        assertRefused("it is a bond", link(5, "bond0", 0, info(LinkMessage.IFLA_INFO_KIND, "bond")));
        assertRefused("it is a team", link(6, "team0", 0, info(LinkMessage.IFLA_INFO_KIND, "team")));
    }

    @Test
    void p9_aMemberOfABondIsRefusedAndTheBondIsNamed() {
        LinkMessage member = link(
                2, "ens5", 0, info(LinkMessage.IFLA_INFO_SLAVE_KIND, "bond").u32(LinkMessage.IFLA_MASTER, 5));
        assertRefused("it belongs to bond bond0", member, link(5, "bond0", 0, Attributes.builder()));
        assertRefused("it belongs to bond index 5", member);
    }

    @Test
    void p9_aDeviceUnderAVlanIsRefused() {
        LinkMessage vlan =
                link(7, "ens5.3", 0, info(LinkMessage.IFLA_INFO_KIND, "vlan").u32(LinkMessage.IFLA_LINK, 2));
        assertRefused("ens5.3 is stacked on it", link(2, "ens5", 0, Attributes.builder()), vlan);
    }
}

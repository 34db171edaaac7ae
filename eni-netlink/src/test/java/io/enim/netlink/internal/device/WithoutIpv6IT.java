package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.HostLink;
import io.enim.spi.LinkConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A kernel that was started with {@code ipv6.disable=1}. */
class WithoutIpv6IT extends EniFixture {
    private static final LinkConfig DUAL = TestHost.linkConfig("eth0", 7);
    private static final LinkConfig IPV4 = new LinkConfig(
            DUAL.name(),
            DUAL.addresses().stream().filter(each -> each.subnet().isIpv4()).toList(),
            DUAL.routes().stream().filter(route -> route.destination().isIpv4()).toList());

    @BeforeEach
    void kernelHasNoIpv6() {
        assumeFalse(
                Files.exists(Path.of("/proc/sys/net/ipv6")),
                "this kernel has IPv6; the profile uml starts one without");
    }

    @Test
    void anEniOfIpv4IsServed() {
        testHost.connect(eni, netns, IPV4);
        assertThat(testHost.inspect(eni.mac(), netns, IPV4)).isEmpty();
        assertThat(pod.addresses("eth0")).contains("10.0.3.7/24");
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void aHostLinkOfIpv4IsServed() {
        HostLink link = new HostLink(List.of(Cidr.parse("10.96.0.0/12")), List.of());
        LinkConfig linked =
                new LinkConfig(IPV4.name(), IPV4.addresses(), IPV4.routes(), OptionalInt.empty(), Optional.of(link));
        testHost.connect(eni, netns, linked);
        assertThat(testHost.inspect(eni.mac(), netns, linked)).isEmpty();
        assertThat(returnToHost()).isEqualTo(FROM_SANDBOX_CLEAN);
        assertThat(testHost.devices.hostLinks(TestHost.TIMEOUT)).isEmpty();
    }

    @Test
    void anEniOfBothIsRefusedWholeWithTheReason() {
        assertThatThrownBy(() -> testHost.moveIn(eni, netns, DUAL))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("without IPv6")
                .hasMessageContaining("nothing was changed");
        assertEniIsOnHostAsAtFirst();
    }
}

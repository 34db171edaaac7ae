package io.enim.core.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The host link of ENIs of each family, by one configuration of both. */
class LinkConfigsTest {
    private static final Endpoint WEB = Endpoint.of("default", "web", "c1");
    private static final Optional<EniAddress> IPV4 =
            Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1"));
    private static final Optional<EniAddress> IPV6 =
            Optional.of(EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1"));
    private static final HostLink BOTH = link("10.96.0.0/12", "fd00:96::/108");

    private static HostLink link(String... services) {
        return new HostLink(Stream.of(services).map(Cidr::parse).toList(), List.of());
    }

    private static Optional<HostLink> hostLink(Optional<EniAddress> ipv4, Optional<EniAddress> ipv6, HostLink asked) {
        MacAddress mac = MacAddress.parse("02:00:00:00:00:01");
        Eni eni = new Eni("eni-1", mac, ipv4, ipv6, "subnet-1", 1, EniState.IN_USE, Optional.of(WEB), "");
        return LinkConfigs.of(new Assignment(
                        WEB,
                        eni,
                        Phase.ADDING,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        LinkOptions.DEFAULT.withHostLink(asked),
                        Map.of(),
                        Instant.EPOCH,
                        ""))
                .hostLink();
    }

    @Test
    void p10_theFamilyThatTheEniLacksIsLeftOut() {
        assertThat(hostLink(IPV4, IPV6, BOTH)).contains(BOTH);
        assertThat(hostLink(IPV4, Optional.empty(), BOTH)).contains(link("10.96.0.0/12"));
        assertThat(hostLink(Optional.empty(), IPV6, BOTH)).contains(link("fd00:96::/108"));
    }

    @Test
    void p10_aHostLinkOfNoFamilyOfTheEniIsRefused() {
        assertThatThrownBy(() -> hostLink(IPV4, Optional.empty(), link("fd00:96::/108")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("fd00:96::/108")
                .hasMessageContaining("no address of their family");
    }

    @Test
    void theWayToTheGatewayIsTheEnis() {
        assertThatThrownBy(() -> hostLink(IPV4, IPV6, link("10.0.0.0/8"))).hasMessageContaining("gateway of ENI eni-1");
        assertThatThrownBy(() -> hostLink(IPV4, IPV6, link("2001:db8::/32"))).hasMessageContaining("gateway of ENI");
        HostLink node = link("10.0.3.200/32");
        assertThat(hostLink(IPV4, IPV6, node)).as("an address of the subnet").contains(node);
    }
}

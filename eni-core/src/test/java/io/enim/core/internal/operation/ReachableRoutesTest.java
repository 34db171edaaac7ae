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
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.Route;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachableRoutesTest {
    private static Assignment assignment(Route route) {
        Endpoint web = Endpoint.of("default", "web", "c1");
        Eni eni = new Eni(
                "eni-1",
                MacAddress.parse("02:00:00:00:00:01"),
                Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
                Optional.of(EniAddress.parse("2001:db8::7", "2001:db8::/64", "fe80::1")),
                "",
                0,
                EniState.IN_USE,
                Optional.of(web),
                "");
        return new Assignment(
                web,
                eni,
                Phase.ADDING,
                Optional.empty(),
                Optional.empty(),
                List.of(route),
                Map.of(),
                Instant.EPOCH,
                "");
    }

    private static Route route(String destination, String gateway) {
        return Route.via(Cidr.parse(destination), Cidr.parseAddress(gateway));
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.0/16, 10.0.3.9", "10.9.0.0/16, 10.0.3.1", "fd00::/8, fe80::2", "fd00::/8, 2001:db8::9"})
    void aGatewayInTheSubnetOrOnTheLinkIsTaken(String destination, String gateway) {
        Assignment routed = assignment(route(destination, gateway));
        LinkConfigs.requireReachable(routed);
        assertThat(LinkConfigs.of(routed).routes()).contains(route(destination, gateway));
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.0.0/16, 10.0.4.1, leave it out to use the ENI's gateway 10.0.3.1",
        "fd00::/8, 2001:db9::1, leave it out to use the ENI's gateway fe80::1",
        "10.0.3.0/24, 10.0.3.9, reaches its subnet 10.0.3.0/24 directly; leave the route out"
    })
    void aRouteThatWouldLeadNowhereIsRefused(String destination, String gateway, String advice) {
        assertThatThrownBy(() -> LinkConfigs.requireReachable(assignment(route(destination, gateway))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(destination + " via " + gateway, advice);
    }

    /** The kernel adds it with the address, and would refuse it with EEXIST. */
    @Test
    void aRouteToTheSubnetIsThereAlready() {
        Assignment routed = assignment(Route.to(Cidr.parse("10.0.3.0/24")));
        LinkConfigs.requireReachable(routed);
        assertThat(LinkConfigs.of(routed).routes())
                .extracting(each -> each.destination().toString())
                .containsExactly("0.0.0.0/0", "::/0");
    }
}

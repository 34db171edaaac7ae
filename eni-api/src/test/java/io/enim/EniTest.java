package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EniTest {
    private static final EniAddress V4 = EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1");
    private static final EniAddress V6 = EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1");
    private static final Endpoint WEB = Endpoint.of("default", "web", "c1");

    private static Eni eni(
            Optional<EniAddress> ipv4, Optional<EniAddress> ipv6, EniState state, Optional<Endpoint> holder) {
        return new Eni("eni-1", MacAddress.parse("02:00:00:00:00:01"), ipv4, ipv6, "subnet-1", 2, state, holder, "");
    }

    @Test
    void p10_eachFamilyAnswersWithItsOwnPrefixAndGateway() {
        Assignment assignment = new Assignment(
                WEB,
                eni(Optional.of(V4), Optional.of(V6), EniState.IN_USE, Optional.of(WEB)),
                Assignment.Phase.ADDED,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                "");
        assertThat(assignment.ipv4().orElseThrow().withPrefix()).isEqualTo("10.0.3.7/24");
        assertThat(assignment.ipv4().orElseThrow().gateway()).isEqualTo(V4.gateway());
        assertThat(assignment.ipv6().orElseThrow().withPrefix()).isEqualTo("2001:db8::7/64");
        assertThat(assignment.ipv6().orElseThrow().gateway()).isEqualTo(V6.gateway());
        assertThat(assignment.ipv6().orElseThrow().interfaceNumber()).isEqualTo(2);
    }

    @Test
    void p10_familiesCannotBeMixed() {
        assertThatThrownBy(() -> EniAddress.parse("2001:db8::7", "10.0.3.0/24", "10.0.3.1"))
                .hasMessageContaining("one family");
        assertThatThrownBy(() -> EniAddress.parse("2001:db8::7", "2001:db8::/64", "10.0.3.1"))
                .hasMessageContaining("one family");
        assertThatThrownBy(() -> eni(Optional.of(V6), Optional.empty(), EniState.READY, Optional.empty()))
                .hasMessageContaining("ipv4 holds");
        assertThatThrownBy(() -> Route.via(Cidr.parse("::/0"), V4.gateway())).hasMessageContaining("one family");
    }

    @Test
    void anAddressLiesInItsSubnetAndIsNotItsGateway() {
        assertThatThrownBy(() -> EniAddress.parse("10.0.4.7", "10.0.3.0/24", "10.0.3.1"))
                .hasMessageContaining("outside its subnet");
        assertThatThrownBy(() -> EniAddress.parse("10.0.3.1", "10.0.3.0/24", "10.0.3.1"))
                .hasMessageContaining("own gateway");
    }

    @Test
    void p1_stateAndHolderAgree() {
        assertThatThrownBy(() -> eni(Optional.of(V4), Optional.empty(), EniState.IN_USE, Optional.empty()))
                .hasMessageContaining("has a holder");
        assertThatThrownBy(() -> eni(Optional.of(V4), Optional.empty(), EniState.READY, Optional.of(WEB)))
                .hasMessageContaining("no holder");
        Eni ready = eni(Optional.of(V4), Optional.empty(), EniState.READY, Optional.empty());
        assertThat(ready.heldBy(WEB).holder()).contains(WEB);
        assertThat(ready.heldBy(WEB).ready()).isEqualTo(ready);
        assertThatThrownBy(() -> eni(Optional.empty(), Optional.empty(), EniState.READY, Optional.empty()))
                .hasMessageContaining("IPv4 or an IPv6");
    }

    @Test
    void labelsAreBoundedInCountAndSize() {
        AddRequest.Builder request = AddRequest.forEndpoint(WEB).label("a", "1").label("a", "2");
        assertThat(request.labels(Map.of("cni.network", "pods/é")).build().labels())
                .isEqualTo(Map.of("a", "2", "cni.network", "pods/é"));
        for (String key : List.of("", ".a", "a b", "a=b", "é", "k".repeat(64))) {
            assertThatThrownBy(() -> AddRequest.forEndpoint(WEB).label(key, "").build())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("label key");
        }
        for (String value : List.of("two\nlines", "v".repeat(1025))) {
            assertThatThrownBy(
                            () -> AddRequest.forEndpoint(WEB).label("a", value).build())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("label a");
        }
        for (int i = 0; i < 15; i++) {
            request.label("k".repeat(60) + i, "v".repeat(1024));
        }
        assertThatThrownBy(request::build).hasMessageContaining("17 labels");
    }

    @Test
    void anEmptyPoolSaysWhatExistsInWhichStates() {
        NoEniAvailableException none = new NoEniAvailableException(
                WEB, Map.of(EniState.IN_USE, 3, EniState.QUARANTINED, 1, EniState.READY, 0), Duration.ofSeconds(2));
        assertThat(none).hasMessageContaining("of 4: 3 IN_USE, 1 QUARANTINED").hasMessageContaining("2000 ms");
        assertThat(none.isRetryable()).isTrue();
        assertThat(new NoEniAvailableException(WEB, Map.of(), Duration.ZERO)).hasMessageContaining("no ENI at all");
    }

    @Test
    void aBadStatusAndOnlyOneHasReasons() {
        assertThatThrownBy(() -> new Health(Health.Status.HEALTHY, List.of("x")))
                .hasMessageContaining("reasons");
        assertThatThrownBy(() -> new Health(Health.Status.DEGRADED, List.of())).hasMessageContaining("reasons");
    }
}

package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EniTest {
    private static final EniAddress V4 = EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1");
    private static final EniAddress V6 = EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1");
    private static final Endpoint WEB = Endpoint.of("default", "web", "c1");

    private static Eni eni(EniState state, Endpoint holder, EniAddress ipv4, EniAddress ipv6) {
        return new Eni(
                "eni-1",
                MacAddress.parse("02:00:00:00:00:01"),
                Optional.ofNullable(ipv4),
                Optional.ofNullable(ipv6),
                "subnet-1",
                2,
                state,
                Optional.ofNullable(holder),
                "");
    }

    @Test
    void p10_eachFamilyAnswersWithItsOwnPrefixAndGateway() {
        Assignment assignment = new Assignment(
                WEB,
                eni(EniState.IN_USE, WEB, V4, V6),
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
    void anEniThatEndpointsMayHaveHasAnAddressAndOneAsideMayLackIt() {
        for (EniState state : List.of(EniState.ATTACHING, EniState.DETACHING, EniState.QUARANTINED)) {
            assertThat(eni(state, null, null, null).state()).isEqualTo(state);
        }
        for (EniState state : List.of(EniState.READY, EniState.RECYCLING)) {
            assertThatThrownBy(() -> eni(state, null, null, null)).hasMessageContaining("an IPv4 or an IPv6 address");
        }
        assertThatThrownBy(() -> eni(EniState.IN_USE, WEB, null, null)).hasMessageContaining("an IPv4 or an IPv6");
    }

    @Test
    void p10_familiesCannotBeMixed() {
        assertThatThrownBy(() -> EniAddress.parse("2001:db8::7", "10.0.3.0/24", "10.0.3.1"))
                .hasMessageContaining("one family");
        assertThatThrownBy(() -> EniAddress.parse("2001:db8::7", "2001:db8::/64", "10.0.3.1"))
                .hasMessageContaining("one family");
        assertThatThrownBy(() -> eni(EniState.READY, null, V6, null)).hasMessageContaining("ipv4 holds");
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
        assertThatThrownBy(() -> eni(EniState.IN_USE, null, V4, null)).hasMessageContaining("has a holder");
        assertThatThrownBy(() -> eni(EniState.READY, WEB, V4, null)).hasMessageContaining("no holder");
        Eni ready = eni(EniState.READY, null, V4, null);
        assertThat(ready.heldBy(WEB).holder()).contains(WEB);
        assertThat(ready.heldBy(WEB).ready()).isEqualTo(ready);
        assertThatThrownBy(() -> eni(EniState.READY, null, null, null)).hasMessageContaining("IPv4 or an IPv6");
    }

    @Test
    void labelsAreBoundedInCountAndSize() {
        AddRequest.Builder request = AddRequest.forEndpoint(WEB).label("a", "1").label("a", "2");
        assertThat(request.labels(Map.of("cni.network", "pods/é")).build().labels())
                .isEqualTo(Map.of("a", "2", "cni.network", "pods/é"));
        for (String key : List.of("", ".a", "a b", "a=b", "é", "k".repeat(64))) {
            assertThatThrownBy(AddRequest.forEndpoint(WEB).label(key, "")::build)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("label key");
        }
        for (String value : List.of("two\nlines", "v".repeat(1025))) {
            assertThatThrownBy(AddRequest.forEndpoint(WEB).label("a", value)::build)
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
    void p20_aRefusalThatKnowsNoCountsClaimsNone() {
        NoEniAvailableException none =
                NoEniAvailableException.uncounted(WEB, "the cloud was not asked yet", Duration.ofSeconds(1));
        assertThat(none)
                .hasMessage(
                        "allocate an ENI for default/web/c1/eth0: none is free; the cloud was not asked yet. Try again"
                                + " in 1000 ms");
        assertThat(none.afterWaiting(Duration.ofSeconds(9)))
                .hasMessageContaining(
                        "none became free within 9000 ms; the cloud was not asked yet. Try again in 1000 ms")
                .returns(Map.of(), NoEniAvailableException::counts)
                .returns(Duration.ofSeconds(1), NoEniAvailableException::retryAfter);
    }

    @Test
    void whateverAProviderTellsTheTimeToRetryIsSensible() {
        List<Duration> told = List.of(
                Duration.ZERO,
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofSeconds(7),
                ChronoUnit.FOREVER.getDuration());
        assertThat(told)
                .extracting(time -> new NoEniAvailableException(Endpoint.of("a", "b"), Map.of(), time).retryAfter())
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(7), Duration.ofDays(1));
    }

    @Test
    void aBadStatusHasReasons() {
        assertThat(new Health(Health.Status.HEALTHY, List.of("full")).reasons()).containsExactly("full");
        assertThatThrownBy(() -> new Health(Health.Status.DEGRADED, List.of())).hasMessageContaining("reasons");
    }
}

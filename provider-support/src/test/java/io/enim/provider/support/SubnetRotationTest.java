package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubnetRotationTest {
    private static final Duration PAUSE = Duration.ofMinutes(2);

    private final ManualClock clock = new ManualClock();
    private final SubnetRotation<String> rotation = new SubnetRotation<>(each -> each, PAUSE, clock);
    private final Set<String> full = new HashSet<>();
    private final List<String> tried = new ArrayList<>();
    private final Map<String, String> sent = new HashMap<>();
    private List<String> candidates = List.of("a", "b", "c");
    private Refusal refusal = Refusal.SUBNET_FULL;

    private String create(String token) {
        return rotation.create(token, () -> candidates, (subnet, clientToken) -> {
            tried.add(subnet);
            sent.put(subnet, clientToken);
            if (full.contains(subnet)) {
                throw new RetryableProviderException(refusal, "", subnet);
            }
            return token + " in " + subnet;
        });
    }

    @Test
    void aFullSubnetGivesWayToTheNextAndCountsAsFullForAWhile() {
        full.add("a");
        assertThat(create("t")).isEqualTo("t in b");
        assertThat(tried).containsExactly("a", "b");
        assertThat(rotation.isFull("a")).isTrue();
        assertThat(rotation.isFull("b")).isFalse();
        assertThat(rotation.everFull()).containsExactly("a");
        clock.advance(PAUSE);
        assertThat(rotation.isFull("a")).isFalse();
    }

    @Test
    void whenAllAreFullTheFirstRefusalIsThrownWithTheOthers() {
        full.addAll(candidates);
        assertThatThrownBy(() -> create("t"))
                .hasMessage("a")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("b", "c"));
    }

    @Test
    void cld10_aTokenThatComesAgainGoesToTheSubnetOfItsLastTry() {
        full.add("a");
        create("t");
        tried.clear();
        candidates = List.of("c");
        assertThat(create("t")).isEqualTo("t in b");
        assertThat(create("other")).isEqualTo("other in c");
        assertThat(tried).containsExactly("b", "c");
        full.add("b");
        assertThat(create("t")).as("a full subnet made nothing").isEqualTo("t in c");
    }

    /** A cloud may bind a token to the parameters of a request that it refused. */
    @Test
    void cld10_aTokenThatAFullSubnetWasAskedWithGoesToNoOther() {
        full.add("a");
        create("t");
        create("u");
        assertThat(sent.get("a")).isEqualTo("u");
        String first = sent.get("b");
        assertThat(first).hasSize(32).matches("[0-9a-f]+").isNotEqualTo("u");
        create("u");
        assertThat(sent.get("b")).as("the same for the same subnet").isEqualTo(first);
        full.add("b");
        create("u");
        assertThat(sent.get("c")).hasSize(32).isNotEqualTo(first);
        create("v");
        assertThat(sent.get("c")).isNotEqualTo("v");
        candidates = List.of("d");
        create("w");
        assertThat(sent.get("d")).as("a token that met no full subnet").isEqualTo("w");
    }

    @Test
    void cld10_anyOtherErrorEndsTheAttemptAndTheTokenKeepsItsSubnet() {
        refusal = Refusal.UNAVAILABLE;
        full.add("a");
        assertThatThrownBy(() -> create("t")).hasMessage("a");
        assertThat(tried).containsExactly("a");
        full.clear();
        candidates = List.of("c");
        assertThat(create("t")).isEqualTo("t in a");
    }

    @Test
    void tokensAreForgottenBeforeTheyAreTooMany() {
        for (int i = 0; i < 2000; i++) {
            create("t" + i);
        }
        candidates = List.of("b");
        assertThat(create("t0")).isEqualTo("t0 in b");
    }
}

package io.enim.examples.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Health;
import io.enim.Health.Status;
import io.enim.examples.agent.testing.InMemoryManager;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private final InMemoryManager manager = InMemoryManager.dualStack(1);
    private final NodeHealth health = new NodeHealth(manager);

    @Test
    void p15_aNodeIsUnavailableUntilItsAgentServesAndWhenItStops() {
        assertThat(health.now().status()).isEqualTo(Status.UNAVAILABLE);
        assertThat(health.now().reasons()).containsExactly("the agent starts, and does not serve yet");
        health.serves();
        assertThat(health.now()).isEqualTo(Health.healthy());
        health.stops();
        assertThat(health.now().status()).isEqualTo(Status.UNAVAILABLE);
        assertThat(health.now().reasons()).containsExactly("the agent stops; the next one goes on");
    }

    @Test
    void p15_aPartInTroubleDegradesAndSaysWhyAsLongAsItLasts() {
        AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
        health.watch(trouble::get);
        health.serves();
        assertThat(health.now()).isEqualTo(Health.healthy());
        trouble.set(Optional.of("a disk is full"));
        assertThat(health.now()).isEqualTo(new Health(Status.DEGRADED, List.of("a disk is full")));
        trouble.set(Optional.empty());
        assertThat(health.now()).isEqualTo(Health.healthy());
    }

    @Test
    void theWorstStatusCountsAndNoReasonIsLost() {
        health.watch(() -> Optional.of("a disk is full"));
        health.serves();
        manager.setHealth(new Health(Status.UNAVAILABLE, List.of("no ENI")));
        assertThat(health.now()).isEqualTo(new Health(Status.UNAVAILABLE, List.of("no ENI", "a disk is full")));
        manager.setHealth(new Health(Status.HEALTHY, List.of("this node is full")));
        assertThat(health.now()).isEqualTo(new Health(Status.DEGRADED, List.of("this node is full", "a disk is full")));
    }
}

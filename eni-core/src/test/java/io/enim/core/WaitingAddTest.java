package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.TimelineEntry;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ADDs that wait for an ENI: what they see, and what is seen of them. */
final class WaitingAddTest {
    @RegisterExtension
    final TestNode node = new TestNode(1);

    private AddRequest patient(String name) {
        return node.request(name)
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMinutes(1))
                .build();
    }

    private static void awaitWaiting(EniManager manager, int count) {
        await().until(() ->
                manager.heartbeats().stream().anyMatch(beat -> beat.activity().contains(count + " wait for an ENI")));
    }

    private static List<String> steps(EniManager manager, Endpoint endpoint) {
        return manager.timeline(endpoint).stream().map(TimelineEntry::step).toList();
    }

    /** The first failure of this step fails an ADD. */
    @ParameterizedTest
    @CsvSource({
        "ADD_FIND_DEVICE, BEFORE",
        "ADD_RECORD_INTENT, BEFORE",
        "ADD_RECORD_INTENT, AFTER",
        "ADD_MOVE_IN, BEFORE"
    })
    void p8_anEniThatNoTenantHadDoesNotRest(Step failing, Side when) {
        node.set(EniSetting.POOL_COOLDOWN, "1h");
        AtomicInteger failures = new AtomicInteger();
        node.failPoint((step, side) -> {
            if (step == failing && side == when && failures.getAndIncrement() == 0) {
                throw new ClosedException("the ADD fails here");
            }
        });
        EniManager manager = node.startWarm(1);
        assertThatThrownBy(() -> node.add("first")).hasMessageContaining("the ADD fails here");
        node.awaitFree(manager, 1);
        assertThat(node.add("second").phase()).isEqualTo(Assignment.Phase.ADDED);
    }

    @Test
    void p2_anEniWhoseDeviceWasMovedRestsWhateverBecameOfItsAdd() {
        node.set(EniSetting.POOL_COOLDOWN, "1h").failPoint((step, side) -> {
            if (step == Step.ADD_CONFIGURE && side == Side.BEFORE) {
                throw new ClosedException("the ADD fails here");
            }
        });
        EniManager manager = node.startWarm(1);
        assertThatThrownBy(() -> node.add("first")).hasMessageContaining("the ADD fails here");
        assertThat(TestNode.count(manager, EniState.RECYCLING)).isEqualTo(1);
    }

    @Test
    void p15_aWaitIsSeenInTheTimelineWithItsPlaceAndMeasured() {
        List<Integer> waiting = new CopyOnWriteArrayList<>();
        List<String> measured = new CopyOnWriteArrayList<>();
        node.metrics(new EniMetrics() {
            @Override
            public void waiting(int adds) {
                waiting.add(adds);
            }

            @Override
            public void step(String step, String outcome, Duration took) {
                if (step.equals("ADD_WAIT")) {
                    measured.add(outcome);
                }
            }
        });
        EniManager manager = node.startWarm(1);
        Endpoint holder = node.add("holder").endpoint();
        CompletableFuture<Assignment> first = manager.addAsync(patient("first"));
        awaitWaiting(manager, 1);
        CompletableFuture<Assignment> second = manager.addAsync(patient("second"));
        awaitWaiting(manager, 2);
        assertThat(steps(manager, TestNode.endpoint("first"))).last().isEqualTo("ADD_WAIT, position 1 of 2");
        assertThat(steps(manager, TestNode.endpoint("second"))).last().isEqualTo("ADD_WAIT, position 2 of 2");
        assertThat(manager.timeline("default", "second")).isNotEmpty();

        manager.del(holder);
        assertThat(first.join().endpoint()).isEqualTo(TestNode.endpoint("first"));
        assertThat(steps(manager, TestNode.endpoint("first"))).containsOnlyOnce("ADD_WAIT");
        assertThat(steps(manager, TestNode.endpoint("second"))).last().isEqualTo("ADD_WAIT, position 1 of 1");
        second.cancel(true);
        await().untilAsserted(() -> assertThat(manager.timeline(TestNode.endpoint("second")))
                .anyMatch(entry -> entry.step().equals("ADD_WAIT")
                        && entry.error().equals(Optional.of("DeadlineExceededException"))));
        manager.close(); // Then all is told.
        assertThat(waiting).containsExactly(1, 2, 1, 0);
        assertThat(measured).containsExactly("ok", "DeadlineExceededException");
    }

    @Test
    void p8_whatBecomesFreeIsForTheAddThatWaitsAndNotForOneThatDoesNot() {
        AtomicInteger asked = new AtomicInteger();
        node.aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new Object() {
            @SuppressWarnings("unused") // in place of the pool's
            public Eni allocateNextEni(Endpoint endpoint) {
                asked.incrementAndGet();
                return pool.allocateNextEni(endpoint);
            }
        }));
        EniManager manager = node.startWarm(1);
        Endpoint holder = node.add("holder").endpoint();
        CompletableFuture<Assignment> first = manager.addAsync(patient("first"));
        awaitWaiting(manager, 1);
        int before = asked.get();
        assertThatThrownBy(() -> node.add("hasty"))
                .isInstanceOf(NoEniAvailableException.class)
                .hasMessageContaining("ADDs that wait have what becomes free: 1");
        assertThat(asked).as("it takes none from the one that waits").hasValue(before);
        manager.del(holder);
        assertThat(first.join().phase()).isEqualTo(Assignment.Phase.ADDED);
    }

    @Test
    void p8_aWaitThatEndsSaysInWhichStatesTheEnisAre() {
        EniManager manager = node.startWarm(1);
        node.add("holder");
        AddRequest request = node.request("late")
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMillis(500))
                .build();
        assertThatThrownBy(() -> manager.add(request))
                .isInstanceOfSatisfying(
                        NoEniAvailableException.class,
                        none -> assertThat(none.counts()).isEqualTo(Map.of(EniState.IN_USE, 1)))
                .hasMessageContaining("none became free within 450 ms; of 1: 1 IN_USE");
    }

    @Test
    void p8_closingEndsAllWaitsAtOnce() {
        node.set(EniSetting.CLOSE_TIMEOUT, "1h");
        EniManager manager = node.startWarm(1);
        node.add("holder");
        List<CompletableFuture<Assignment>> waits =
                List.of(manager.addAsync(patient("first")), manager.addAsync(patient("second")));
        awaitWaiting(manager, 2);
        manager.close();
        assertThat(waits).allSatisfy(wait -> assertThatThrownBy(wait::join).hasCauseInstanceOf(ClosedException.class));
    }
}

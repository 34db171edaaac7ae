package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Eni;
import io.enim.EniState;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.examples.agent.testing.InMemoryManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EnisAtStartTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final InMemoryManager manager = InMemoryManager.dualStack(2);

    private static UnaryOperator<Eni> in(EniState state) {
        return eni -> eni.in(state, Optional.empty(), "");
    }

    private static Eni notListed(Eni eni) {
        throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "list ENIs: a list would be incomplete");
    }

    private void isWaitedForWhile(UnaryOperator<Eni> view) {
        manager.showEnisAs(view);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> EnisAtStart.await(manager, LONG));
        await().until(() -> manager.listings() > 3);
        assertThat(waiting).isNotDone();
        manager.showEnisAs(UnaryOperator.identity());
        waiting.join();
    }

    @Test
    void p3_theEnisAreWaitedForUntilTheCloudListedThem() {
        isWaitedForWhile(EnisAtStartTest::notListed);
    }

    @Test
    void p3_theEnisAreWaitedForWhileAllAreOnTheirWay() {
        isWaitedForWhile(in(EniState.ATTACHING));
    }

    @Test
    void aNodeWithoutAFreeEniIsServed() {
        manager.showEnisAs(in(EniState.QUARANTINED));
        EnisAtStart.await(manager, LONG);
        assertThat(manager.listings()).isEqualTo(1);
    }

    @Test
    void p8_aCloudThatDoesNotAnswerIsNotWaitedForLongerThanTheLimit() {
        manager.showEnisAs(EnisAtStartTest::notListed);
        EnisAtStart.await(manager, Duration.ofMillis(20));
        assertThat(manager.listings()).isPositive();
    }
}

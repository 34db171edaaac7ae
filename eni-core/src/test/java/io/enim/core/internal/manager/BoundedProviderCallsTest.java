package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.FatalProviderException;
import io.enim.OverloadedException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedProviderCallsTest {
    private static final int AT_ONCE = 16;

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private BoundedProviderCalls calls = new BoundedProviderCalls(Execution.JDK, Duration.ofMinutes(1), Thread::new);

    @AfterEach
    void close() {
        answer.countDown();
        calls.close();
    }

    /** What a provider does that is stuck and ignores interrupts. */
    private String stuck() {
        asked.incrementAndGet();
        Uninterruptibles.awaitUninterruptibly(answer);
        return "late";
    }

    @Test
    void p8_aStuckProviderCostsABoundedNumberOfThreads() {
        List<CompletableFuture<String>> waiting = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> calls.call("list", this::stuck), work -> new Thread(work).start()))
                .limit(AT_ONCE)
                .toList();
        Awaitility.await().until(() -> asked.get() == AT_ONCE);
        assertThatThrownBy(() -> calls.call("list", () -> "one more"))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("16");
        answer.countDown();
        waiting.forEach(each -> assertThat(each.join()).isEqualTo("late"));
        assertThat(calls.call("list", () -> "again")).isEqualTo("again");
    }

    @Test
    void p8_theCallerIsFreeAtItsDeadlineThoughTheProviderIgnoresInterrupts() {
        calls = new BoundedProviderCalls(Execution.JDK, Duration.ofMillis(1), Thread::new);
        assertThatThrownBy(() -> calls.call("list", this::stuck)).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void whatTheProviderThrowsIsPassedOnOrNamed() {
        RetryableProviderException busy = new RetryableProviderException(Refusal.THROTTLED, "r-1", "busy", null);
        assertThatThrownBy(() -> calls.call("list", () -> {
                    throw busy;
                }))
                .isSameAs(busy);
        assertThatThrownBy(() -> calls.call("list", () -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("a bug");
    }

    @Test
    void aClosedOneRefuses() {
        calls.close();
        assertThatThrownBy(() -> calls.call("list", () -> "late")).isInstanceOf(ClosedException.class);
    }
}

package io.enim.core.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedCallsTest {
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch hang = new CountDownLatch(1);
    private final TimedCalls hasty = new TimedCalls(Execution.JDK, timers, Duration.ofMillis(1));
    private final TimedCalls patient = new TimedCalls(Execution.JDK, timers, Duration.ofHours(1));

    @AfterEach
    void close() {
        hang.countDown();
        timers.shutdownNow();
    }

    /** Ends when it is interrupted, with the flag set. */
    private String heeding() {
        try {
            hang.await();
            return "let go";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String deaf() {
        Uninterruptibles.awaitUninterruptibly(hang);
        return "late";
    }

    @Test
    void p8_aCallThatTakesTooLongIsInterruptedAndItsThreadIsNot() {
        assertThatThrownBy(() -> hasty.call("deallocate x", this::heeding))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("deallocate x: not done within 1 ms")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(hasty.hanging()).isEmpty();
    }

    @Test
    void p15_aCallThatIgnoresItsInterruptIsNamedAndItsAnswerCounts() {
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> hasty.call("allocate x", this::deaf));
        await().until(() -> hasty.hanging().count() == 1);
        assertThat(hasty.hanging()).singleElement().asString().contains("allocate x");
        hang.countDown();
        assertThat(call.join()).isEqualTo("late");
        assertThat(hasty.hanging()).isEmpty();
    }

    @Test
    void p17_closingInterruptsWhatRunsAndWhatBegins() {
        CompletableFuture<Throwable> call =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> patient.call("deallocate x", this::heeding)));
        patient.close();
        assertThat(call.join()).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> patient.call("deallocate x", this::heeding)).isInstanceOf(ClosedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatFailsInTimeFailsAsItDid() {
        IllegalStateException fault = new IllegalStateException("seeded");
        assertThatThrownBy(() -> patient.call("x", () -> {
                    throw fault;
                }))
                .isSameAs(fault);
    }
}

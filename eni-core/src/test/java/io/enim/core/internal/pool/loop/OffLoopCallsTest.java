package io.enim.core.internal.pool.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.Heartbeat;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.LoopPulse;
import io.enim.core.internal.exec.MonotonicClock;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OffLoopCallsTest {
    private final CountDownLatch hang = new CountDownLatch(1);
    private final AtomicInteger entered = new AtomicInteger();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final MonotonicClock clock = new MonotonicClock(Clock.systemUTC(), System::nanoTime);
    private final LoopPulse pulse = new LoopPulse("pool", Execution.JDK, Duration.ofMinutes(1));
    private final ReconcileLoop loop = new ReconcileLoop(scheduler, clock, pulse, () -> {});
    private final OffLoopCalls hasty = new OffLoopCalls(executor, scheduler, loop, clock, Duration.ofMillis(1));

    @AfterEach
    void close() {
        hang.countDown();
        executor.shutdownNow();
        scheduler.shutdownNow();
    }

    private CompletableFuture<CallResult<Boolean>> check(String subject) {
        CompletableFuture<CallResult<Boolean>> result = new CompletableFuture<>();
        Runnable work = () -> {
            entered.incrementAndGet();
            Uninterruptibles.awaitUninterruptibly(hang);
        };
        hasty.startVoid("check", subject, work, result::complete);
        return result;
    }

    /** Until so many ignore their interrupt; one whose time was over before it began does not hang. */
    private void hangIn(String subject, int count) {
        int before = entered.get();
        while (entered.get() < before + count) {
            assertThat(check(subject).join().error()).isPresent();
        }
    }

    private void requireThatNoneBegins(String subject) {
        int hanging = entered.get();
        for (int i = 0; i < 50; i++) {
            assertThat(check(subject).join().problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("not begun"));
        }
        assertThat(entered.get()).isEqualTo(hanging);
    }

    @Test
    void p19_aSubjectWhoseCallsHangTakesTwoThreadsAndOthersGoOn() {
        hangIn("eni-1", 2);
        requireThatNoneBegins("eni-1");
        hangIn("eni-2", 1);
    }

    @Test
    void p15_callsThatIgnoreTheirInterruptAreNamedUntilTheyEnd() {
        hangIn("eni-1", 2);
        assertThat(hasty.hanging()).singleElement().satisfies(beat -> {
            assertThat(beat.kind()).isEqualTo(Heartbeat.Kind.CALL);
            assertThat(beat.standsStill()).isTrue();
            assertThat(beat.toString())
                    .startsWith("check: 2 did not end within 1 ms")
                    .contains("the oldest eni-1");
        });
        hang.countDown();
        await().until(() -> hasty.hanging().isEmpty());
    }

    @Test
    void p19_aKindOfCallThatHangsTakesNoMoreThanEightThreadsUntilTheyEnd() {
        for (int i = 0; i < 8; i++) {
            hangIn("eni-" + i, 1);
        }
        requireThatNoneBegins("eni-9");
        hang.countDown();
        await().until(() -> check("eni-9").join().error().isEmpty());
    }
}

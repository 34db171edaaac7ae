package io.enim.examples.agent.cri;

import static io.enim.spi.Liveness.State.ALIVE;
import static io.enim.spi.Liveness.State.CERTAINLY_GONE;
import static io.enim.spi.Liveness.State.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.spi.Liveness.Verdict;
import io.enim.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CriLivenessTest {
    private static final Duration GRACE_PERIOD = Duration.ofMinutes(5);
    private static final Assignment WEB = assignment("c1");

    private final ManualClock clock = new ManualClock();
    private Optional<Map<String, PodSandboxes.State>> known = Optional.of(Map.of());
    private final AtomicInteger asked = new AtomicInteger();
    private final CriLiveness liveness = new CriLiveness(this::list, GRACE_PERIOD, clock);

    private PodSandboxes list() throws IOException {
        asked.incrementAndGet();
        return new PodSandboxes(known.orElseThrow(() -> new IOException("socket down")));
    }

    private static Assignment assignment(String container) {
        return InMemoryManager.ipv4Only()
                .add(AddRequest.forEndpoint(Endpoint.of("shop", "web", container))
                        .build());
    }

    private void runtimeKnows(Map<String, PodSandboxes.State> sandboxes) {
        known = Optional.of(sandboxes);
    }

    private Verdict after(Duration time) {
        clock.advance(time);
        return liveness.assess(WEB);
    }

    @Test
    void aSandboxThatIsListedAsReadyIsAlive() {
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        assertThat(liveness.assess(WEB).state()).isEqualTo(ALIVE);
    }

    @Test
    void aSandboxThatIsNotReadyIsLeftToItsNamespace() {
        runtimeKnows(Map.of("c1", PodSandboxes.State.NOT_READY));
        assertThat(liveness.assess(WEB).state()).isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofDays(1)).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void aSandboxThatIsNoLongerListedIsGoneAfterAWhile() {
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        assertThat(liveness.assess(WEB).state()).isEqualTo(ALIVE);
        runtimeKnows(Map.of("other", PodSandboxes.State.READY));
        assertThat(after(Duration.ofMinutes(10)).state())
                .as("missing for the first time")
                .isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofSeconds(299)).state()).isEqualTo(UNKNOWN);
        Verdict gone = after(Duration.ofSeconds(1));
        assertThat(gone.state()).isEqualTo(CERTAINLY_GONE);
        assertThat(gone.evidence()).contains("c1", "300 s");
    }

    @Test
    void aSandboxThatComesBackIntoTheListStartsAnew() {
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        after(Duration.ofSeconds(10));
        runtimeKnows(Map.of());
        after(Duration.ofSeconds(10));
        runtimeKnows(Map.of("c1", PodSandboxes.State.NOT_READY));
        after(Duration.ofSeconds(200));
        runtimeKnows(Map.of());
        assertThat(after(Duration.ofSeconds(200)).state()).isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofSeconds(299)).state()).isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofSeconds(1)).state()).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void aSandboxThatTheRuntimeNeverListedMayBeAnothersAndIsNeverGone() {
        assertThat(liveness.assess(WEB).state()).isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofDays(30)).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void aRuntimeThatDoesNotAnswerMakesNoSandboxGone() {
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        liveness.assess(WEB);
        known = Optional.empty();
        for (int i = 0; i < 20; i++) {
            Verdict verdict = after(Duration.ofMinutes(5));
            assertThat(verdict.state()).isEqualTo(UNKNOWN);
            assertThat(verdict.evidence()).contains("socket down");
        }
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        assertThat(after(Duration.ofSeconds(2)).state()).isEqualTo(ALIVE);
    }

    @Test
    void oneListServesARoundAndTheNextRoundAsksAgain() {
        for (int i = 0; i < 50; i++) {
            liveness.assess(assignment("c" + i));
        }
        assertThat(asked).hasValue(1);
        after(Duration.ofSeconds(2));
        assertThat(asked).hasValue(2);
    }

    @Test
    void aFailureServesTheRoundTooSoThatARuntimeThatHangsDelaysItOnce() {
        known = Optional.empty();
        for (int i = 0; i < 50; i++) {
            liveness.assess(assignment("c" + i));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void concurrentCallersShareOneQuery() throws Exception {
        CompletableFuture<Void> entered = new CompletableFuture<>();
        CompletableFuture<Void> go = new CompletableFuture<>();
        SandboxLister runtime = () -> {
            entered.complete(null);
            go.join();
            return list();
        };
        CriLiveness slow = new CriLiveness(runtime, GRACE_PERIOD, clock);
        runtimeKnows(Map.of("c1", PodSandboxes.State.READY));
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Verdict>> verdicts = IntStream.range(0, 4)
                    .mapToObj(i -> callers.submit(() -> slow.assess(WEB)))
                    .toList();
            entered.join();
            go.complete(null);
            for (Future<Verdict> verdict : verdicts) {
                assertThat(verdict.get().state()).isEqualTo(ALIVE);
            }
            assertThat(asked).hasValue(1);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void p8_aQueryThatIsAbortedLeavesNoCallerWaiting() {
        SandboxLister runtime = () -> {
            throw new AssertionError("the thread ends");
        };
        CriLiveness broken = new CriLiveness(runtime, GRACE_PERIOD, clock);
        assertThatThrownBy(() -> broken.assess(WEB)).isInstanceOf(AssertionError.class);
        assertThat(broken.assess(WEB).state()).isEqualTo(UNKNOWN);
    }
}

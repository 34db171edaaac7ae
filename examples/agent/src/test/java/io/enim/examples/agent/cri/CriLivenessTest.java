package io.enim.examples.agent.cri;

import static io.enim.spi.Liveness.State.ALIVE;
import static io.enim.spi.Liveness.State.GONE;
import static io.enim.spi.Liveness.State.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.Liveness.Verdict;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CriLivenessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Assignment WEB = assignment("c1");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Optional<Map<String, PodSandboxes.State>> known = Optional.of(Map.of());
    private final AtomicInteger asked = new AtomicInteger();
    private final CriLiveness liveness = new CriLiveness(this::list, () -> {}, PATIENCE, clock());

    private PodSandboxes list() throws IOException {
        asked.incrementAndGet();
        return new PodSandboxes(known.orElseThrow(() -> new IOException("socket down")));
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    private static Assignment assignment(String container) {
        Endpoint endpoint = Endpoint.of("shop", "web", container);
        Eni eni = new Eni(
                "eni-1",
                MacAddress.parse("02:00:00:00:00:01"),
                Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
                Optional.empty(),
                "",
                0,
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        return new Assignment(
                endpoint,
                eni,
                Assignment.Phase.ADDED,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                "");
    }

    private void runtimeKnows(Map<String, PodSandboxes.State> sandboxes) {
        known = Optional.of(sandboxes);
    }

    private Verdict after(Duration time) {
        now = now.plus(time);
        return liveness.assess(WEB);
    }

    @Test
    void aSandboxThatIsListedAsReadyLives() {
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
        assertThat(gone.state()).isEqualTo(GONE);
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
        assertThat(after(Duration.ofSeconds(1)).state()).isEqualTo(GONE);
    }

    @Test
    void aSandboxThatTheRuntimeNeverListedMayBeAnothersAndIsNeverGone() {
        assertThat(liveness.assess(WEB).state()).isEqualTo(UNKNOWN);
        assertThat(after(Duration.ofDays(30)).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void aRuntimeThatDoesNotAnswerKillsNobodyHoweverLong() {
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
    void callersAtOnceShareOneQuestion() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger questions = new AtomicInteger();
        CriLiveness slow = new CriLiveness(
                () -> {
                    questions.incrementAndGet();
                    entered.countDown();
                    await(go);
                    return new PodSandboxes(Map.of("c1", PodSandboxes.State.READY));
                },
                () -> {},
                PATIENCE,
                clock());
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Verdict>> verdicts = IntStream.range(0, 4)
                    .mapToObj(i -> callers.submit(() -> slow.assess(WEB)))
                    .toList();
            entered.await();
            go.countDown();
            for (Future<Verdict> verdict : verdicts) {
                assertThat(verdict.get().state()).isEqualTo(ALIVE);
            }
            assertThat(questions).hasValue(1);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void p8_aQuestionThatIsGivenUpLeavesNobodyWaiting() {
        CriLiveness broken = new CriLiveness(
                () -> {
                    throw new AssertionError("the thread ends");
                },
                () -> {},
                PATIENCE,
                clock());
        assertThatThrownBy(() -> broken.assess(WEB)).isInstanceOf(AssertionError.class);
        assertThat(broken.assess(WEB).state()).isEqualTo(UNKNOWN);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

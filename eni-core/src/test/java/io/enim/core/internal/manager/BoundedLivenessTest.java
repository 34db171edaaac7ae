package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.EniSetting;
import io.enim.core.TestNode;
import io.enim.core.internal.exec.Execution;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BoundedLivenessTest {
    private static final Verdict ALIVE = new Verdict(State.ALIVE, "it answers");

    @RegisterExtension
    private final TestNode node = new TestNode(1);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private Function<Assignment, Verdict> source = assignment -> ALIVE;

    @AfterEach
    void letGo() {
        answer.countDown();
    }

    private Verdict hang(Assignment assignment) {
        asked.incrementAndGet();
        Uninterruptibles.awaitUninterruptibly(answer);
        return ALIVE;
    }

    @Test
    void p15_aSourceThatHangsIsNotWaitedForAndNotAskedAgainBeforeItHasEnded() {
        node.startWarm(1);
        Assignment held = node.add("web");
        try (BoundedLiveness bounded = new BoundedLiveness(
                assignment -> source.apply(assignment), Execution.JDK, Duration.ofMillis(50), Thread::new)) {
            source = this::hang;
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> bounded.assess(held))
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessageContaining(held.endpoint() + " lives");
            }
            assertThat(asked.get()).isEqualTo(1);
            answer.countDown();
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(DeadlineExceededException.class)
                    .until(() -> bounded.assess(held).equals(ALIVE));
        }
    }

    @Test
    void p15_garbageCollectionGoesOnBesideASourceThatHangs() {
        node.set(EniSetting.DEL_TIMEOUT, "1s")
                .liveness(assignment -> source.apply(assignment))
                .startWarm(1);
        Assignment held = node.add("web");
        source = this::hang;
        node.current().gc();
        node.devices().killSandbox(held.sandbox().orElseThrow().path());
        node.awaitFree(node.current(), 1);
        assertThat(answer.getCount()).isEqualTo(1);
    }

    @Test
    void p15_aSourceThatAnswersNothingKnowsNothing() {
        node.liveness(assignment -> source.apply(assignment)).startWarm(1);
        node.add("web");
        source = assignment -> null;
        assertThat(node.current().gc().findings()).isEmpty();
    }
}

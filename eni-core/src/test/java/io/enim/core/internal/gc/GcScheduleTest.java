package io.enim.core.internal.gc;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.EniManager;
import io.enim.core.TestNode;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A round of garbage collection that was asked for while another one takes its time. */
class GcScheduleTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private EniManager manager;
    private Assignment listed;

    @BeforeEach
    void aRoundIsUnderWay() throws InterruptedException {
        node.liveness(assignment -> {
            asked.countDown();
            awaitAnswer();
            return new Verdict(State.UNKNOWN, "it takes its time");
        });
        manager = node.startWarm(2);
        listed = node.add("listed");
        new Thread(manager::gc, "first").start();
        asked.await();
    }

    @AfterEach
    void close() {
        answer.countDown();
    }

    private void awaitAnswer() {
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the call of gc throws, which waits for its turn now. */
    private FutureTask<Throwable> waiting() {
        FutureTask<Throwable> call =
                new FutureTask<>(() -> catchThrowable(() -> manager.gc(Set.of(listed.endpoint()))));
        Thread caller = new Thread(call, "second");
        caller.start();
        Awaitility.await("the call waits for its turn").until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        return call;
    }

    @Test
    void p4_aListSpeaksOfTheMomentOfItsCallAndNotOfTheMomentOfItsTurn() throws Exception {
        FutureTask<Throwable> waiting = waiting();
        node.add("younger");
        answer.countDown();
        assertThat(waiting.get()).isNull();
        assertThat(manager.assignments())
                .extracting(Assignment::endpoint)
                .containsExactlyInAnyOrder(listed.endpoint(), endpoint("younger"));
    }

    @Test
    void p8_aCallThatWaitsIsToldThatTheManagerCloses() throws Exception {
        FutureTask<Throwable> waiting = waiting();
        manager.close();
        assertThat(waiting.get()).isInstanceOf(ClosedException.class);
    }
}

package io.enim.core;

import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.spi.Liveness;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller's list of the living says of those that were added while the list waited for its turn: nothing. */
class ListOfTheLivingTest {
    @TempDir
    private Path directory;

    @Test
    void p4_aListSpeaksOfTheMomentOfItsCallAndNotOfTheMomentOfItsTurn() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Liveness slow = assignment -> {
            asked.countDown();
            await(answer);
            return new Verdict(State.UNKNOWN, "it takes its time");
        };
        try (TestNode node = new TestNode(directory, 2).liveness(slow)) {
            EniManager manager = node.startWarm(2);
            Assignment listed = node.add("listed");
            Thread first = new Thread(manager::gc, "first");
            first.start();
            asked.await();
            Thread second = new Thread(() -> manager.gc(Set.of(listed.endpoint())), "second");
            second.start();
            Awaitility.await("the list waits for its turn")
                    .until(() -> second.getState() == Thread.State.TIMED_WAITING);
            node.add("younger");
            answer.countDown();
            first.join();
            second.join();
            assertThat(manager.assignments())
                    .extracting(Assignment::endpoint)
                    .containsExactlyInAnyOrder(listed.endpoint(), endpoint("younger"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

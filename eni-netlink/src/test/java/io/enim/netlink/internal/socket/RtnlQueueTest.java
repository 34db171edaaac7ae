package io.enim.netlink.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RtnlQueueTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private final RtnlQueue queue = new RtnlQueue();

    private String runInOrder(Duration timeout, Runnable work) {
        return queue.runInOrder("move", "eth0", Deadline.after(timeout), () -> {
            work.run();
            return "done";
        });
    }

    @Test
    void callersAreServedInOrderOfArrival() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = new ArrayList<>();
        for (int number : IntStream.range(0, 8).toArray()) {
            Thread caller = new Thread(() -> runInOrder(LONG, () -> {
                release.join();
                served.add(number);
            }));
            caller.start();
            callers.add(caller);
            Awaitility.await().until(() -> caller.getState().name().endsWith("WAITING"));
        }
        release.complete(null);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(served).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void p8_waitingInTheQueueEndsAtTheDeadlineWithNothingBegun() {
        List<String> begun = new ArrayList<>();
        runInOrder(LONG, () -> {
            CompletableFuture<Void> late =
                    CompletableFuture.runAsync(() -> runInOrder(Duration.ofMillis(10), () -> begun.add("x")));
            assertThatThrownBy(late::join).hasMessageContaining("nothing was begun");
        });
        assertThat(begun).isEmpty();
    }

    @Test
    void aMoveThatFailsLetsTheNextOneGo() {
        Runnable failing = () -> {
            throw new NetlinkException("move", "eth0", Errno.EEXIST, "");
        };
        assertThatThrownBy(() -> runInOrder(LONG, failing)).isInstanceOf(NetlinkException.class);
        assertThat(runInOrder(Duration.ofMillis(10), () -> {})).isEqualTo("done");
    }
}

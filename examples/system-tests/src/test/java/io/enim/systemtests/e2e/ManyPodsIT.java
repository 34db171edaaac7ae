package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Many pods at a time under containerd. */
class ManyPodsIT extends ContainerdLifecycle {
    private static final int ENIS = 20;

    private final ExecutorService callers = Executors.newFixedThreadPool(2 * ENIS);

    ManyPodsIT() {
        super(ENIS);
    }

    @AfterAll
    void endCallers() {
        callers.shutdownNow();
    }

    /** Runs this many pods at once; a future for each. */
    private List<Future<String>> runAtOnce(int pods) throws InterruptedException {
        List<Callable<String>> runs = IntStream.range(0, pods)
                .mapToObj(i -> (Callable<String>) () -> run("pod-" + i))
                .toList();
        return callers.invokeAll(runs);
    }

    @Test
    void p1_twentyPodsAtATimeHaveEachTheirOwnEniAndReachEachOther() throws Exception {
        List<String> pods = new ArrayList<>();
        for (Future<String> pod : runAtOnce(ENIS)) {
            pods.add(pod.get());
        }
        List<String> addresses = pods.stream().map(node.cri::address).toList();
        assertThat(addresses).doesNotHaveDuplicates().hasSize(ENIS);
        for (int i = 0; i < ENIS; i++) {
            assertThat(node.reaches(pods.get(i), addresses.get((i + 1) % ENIS))).isTrue();
        }
        List<Callable<Object>> ends = pods.stream()
                .map(pod -> Executors.callable(() -> stopAndRemove(pod)))
                .toList();
        for (Future<Object> end : callers.invokeAll(ends)) {
            end.get();
        }
        assertThat(node.agent.assignments()).isEmpty();
    }

    @Test
    void p1_morePodsThanEnisAtATimeGetExactlyAsManyAsThereAre() throws Exception {
        int served = 0;
        int refused = 0;
        for (Future<String> pod : runAtOnce(ENIS + 8)) {
            try {
                assertThat(node.agent.assigned(pod.get())).isTrue();
                served++;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StatusRuntimeException.class);
                assertThat(e.getMessage()).contains("enim");
                refused++;
            }
        }
        assertThat(served).isEqualTo(ENIS);
        assertThat(refused).isEqualTo(8);
        assertThat(node.agent.assignments()).hasSize(ENIS);
    }
}

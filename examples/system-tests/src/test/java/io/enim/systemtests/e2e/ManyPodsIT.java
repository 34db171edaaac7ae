package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private List<CompletableFuture<String>> runAtOnce(int pods) {
        return IntStream.range(0, pods)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> run("pod-" + i), callers))
                .toList();
    }

    @Test
    void p1_twentyPodsAtATimeHaveEachTheirOwnEniAndReachEachOther() throws Exception {
        List<String> pods =
                runAtOnce(ENIS).stream().map(CompletableFuture::join).toList();
        List<String> addresses = pods.stream().map(node.cri::address).toList();
        assertThat(addresses).doesNotHaveDuplicates().hasSize(ENIS);
        for (int i = 0; i < ENIS; i++) {
            assertThat(node.reaches(pods.get(i), addresses.get((i + 1) % ENIS))).isTrue();
        }
        List<CompletableFuture<Void>> ends = pods.stream()
                .map(pod -> CompletableFuture.runAsync(() -> stopAndRemove(pod), callers))
                .toList();
        ends.forEach(CompletableFuture::join);
        assertThat(node.agent.assignments()).isEmpty();
    }

    @Test
    void p1_morePodsThanEnisAtATimeGetExactlyAsManyAsThereAre() throws Exception {
        int served = 0;
        int refused = 0;
        for (CompletableFuture<String> pod : runAtOnce(ENIS + 8)) {
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

package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many pods at a time under containerd. After each test, every ENI is ready and every device on the host. */
class ManyPodsIT {
    private static final int ENIS = 20;

    @TempDir
    private static Path directory;

    private static ContainerdNode containerdNode;
    private static ExecutorService callers;

    @BeforeAll
    static void start() throws Exception {
        InstalledPrograms.assumeThere();
        containerdNode = new ContainerdNode(directory, ENIS);
        callers = Executors.newFixedThreadPool(2 * ENIS);
    }

    @AfterAll
    static void end() throws Exception {
        if (containerdNode != null) {
            callers.shutdownNow();
            containerdNode.close();
        }
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceHome() throws Exception {
        containerdNode.removeAll();
        containerdNode.agent.awaitAllReady();
    }

    /** Runs this many pods at once; a future for each. */
    private static List<Future<String>> run(int pods) throws InterruptedException {
        List<Callable<String>> runs = IntStream.range(0, pods)
                .mapToObj(i -> (Callable<String>) () -> containerdNode.cri.run("shop", "pod-" + i))
                .toList();
        return callers.invokeAll(runs);
    }

    @Test
    void p1_twentyPodsAtATimeHaveEachTheirOwnEniAndReachEachOther() throws Exception {
        List<String> pods = new ArrayList<>();
        for (Future<String> pod : run(ENIS)) {
            pods.add(pod.get());
        }
        List<String> addresses = pods.stream().map(containerdNode.cri::address).toList();
        assertThat(addresses).doesNotHaveDuplicates().hasSize(ENIS);
        for (int i = 0; i < ENIS; i++) {
            assertThat(containerdNode.reaches(pods.get(i), addresses.get((i + 1) % ENIS)))
                    .isTrue();
        }
        List<Callable<Boolean>> ends = pods.stream()
                .map(pod -> (Callable<Boolean>) () -> {
                    containerdNode.cri.stop(pod);
                    containerdNode.cri.remove(pod);
                    return true;
                })
                .toList();
        for (Future<Boolean> end : callers.invokeAll(ends)) {
            assertThat(end.get()).isTrue();
        }
        assertThat(containerdNode.agent.assignments()).isEmpty();
    }

    @Test
    void p1_morePodsThanEnisAtATimeGetExactlyAsManyAsThereAre() throws Exception {
        int served = 0;
        int refused = 0;
        for (Future<String> pod : run(ENIS + 8)) {
            try {
                assertThat(containerdNode.agent.assigned(pod.get())).isTrue();
                served++;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StatusRuntimeException.class);
                assertThat(e.getMessage()).contains("enim");
                refused++;
            }
        }
        assertThat(served).isEqualTo(ENIS);
        assertThat(refused).isEqualTo(8);
        assertThat(containerdNode.agent.assignments()).hasSize(ENIS);
    }
}

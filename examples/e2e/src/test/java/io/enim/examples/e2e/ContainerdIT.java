package io.enim.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** containerd drives the plugin and the agent over its CRI. After each test, every ENI is ready and every device home. */
class ContainerdIT {
    @TempDir
    private static Path directory;

    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                "ready".equals(System.getProperty("enim.e2e")),
                () -> "left out: " + System.getProperty("enim.e2e.reason"));
        node = new Node(directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceHome() throws Exception {
        for (String sandbox : node.cri.list()) {
            node.cri.stop(sandbox);
            node.cri.remove(sandbox);
        }
        node.awaitAllReady();
    }

    @Test
    void podsReachEachOtherThroughTheirEnis() throws Exception {
        String web = node.cri.run("shop", "web");
        String cart = node.cri.run("shop", "cart");
        assertThat(node.cri.address(web)).isNotEqualTo(node.cri.address(cart));
        assertThat(node.reaches(web, node.cri.address(cart))).isTrue();
        assertThat(node.reaches(cart, node.cri.address(web))).isTrue();
    }

    @Test
    void p3_stopStopRemoveAllSucceedAndFreeTheEni() throws Exception {
        String web = node.cri.run("shop", "web");
        node.cri.stop(web);
        node.cri.stop(web);
        node.cri.remove(web);
        assertThat(node.assigned(web)).isFalse();
    }

    @Test
    void p1_podsThatComeAtOnceHaveEachTheirOwn() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(Node.ENIS);
        try {
            List<Callable<String>> runs = IntStream.range(0, Node.ENIS)
                    .mapToObj(i -> (Callable<String>) () -> node.cri.run("shop", "pod-" + i))
                    .toList();
            List<String> addresses = new ArrayList<>();
            for (Future<String> pod : callers.invokeAll(runs)) {
                addresses.add(node.cri.address(pod.get()));
            }
            assertThat(addresses).doesNotHaveDuplicates().hasSize(Node.ENIS);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void p9_aPodWhosePauseProcessDiedKeepsItsEniUntilItIsStopped() throws Exception {
        String web = node.cri.run("shop", "web");
        node.killPause(web);
        await("containerd sees it").until(() -> !node.cri.isReady(web));
        assertThat(node.assigned(web)).isTrue();
        node.cri.stop(web);
        assertThat(node.assigned(web)).isFalse();
    }

    @Test
    void p2_containerdKilledUnderRunningPods() throws Exception {
        String web = node.cri.run("shop", "web");
        String cart = node.cri.run("shop", "cart");
        String address = node.cri.address(cart);
        node.killContainerd();
        assertThat(node.reaches(web, address)).isTrue();
        node.restartContainerd();
        assertThat(node.cri.list()).contains(web, cart);
        node.cri.stop(web);
        node.cri.remove(web);
        assertThat(node.assigned(web)).isFalse();
        assertThat(node.assigned(cart)).isTrue();
    }

    @Test
    void p1_aPodMoreThanEnisIsRefusedAndServedOnceOneIsFree() throws Exception {
        List<String> pods = new ArrayList<>();
        for (int i = 0; i < Node.ENIS; i++) {
            pods.add(node.cri.run("shop", "pod-" + i));
        }
        assertThat(pods.stream().map(node.cri::address)).doesNotHaveDuplicates();
        assertThatThrownBy(() -> node.cri.run("shop", "late"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("enim");
        node.cri.stop(pods.get(0));
        node.cri.remove(pods.get(0));
        await().until(() -> node.enis().stream().anyMatch(eni -> "READY".equals(eni.get("state"))));
        assertThat(node.reaches(node.cri.run("shop", "late"), node.cri.address(pods.get(1))))
                .isTrue();
    }

    @Test
    void p5_agentKilledUnderRunningPods() throws Exception {
        String web = node.cri.run("shop", "web");
        String cart = node.cri.run("shop", "cart");
        node.killAgent();
        try {
            assertThatThrownBy(() -> node.cri.run("shop", "meanwhile"))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("cannot be reached");
        } finally {
            node.restartAgent();
        }
        assertThat(node.reaches(web, node.cri.address(cart))).isTrue();
        // The DEL after the failed ADD found no agent either, so containerd keeps that sandbox until it is stopped.
        String left = node.cri.list().stream()
                .filter(id -> !id.equals(web) && !id.equals(cart))
                .findFirst()
                .orElseThrow();
        node.cri.stop(left);
        node.cri.remove(left);
        assertThat(node.cri.address(node.cri.run("shop", "meanwhile"))).isNotEmpty();
    }
}

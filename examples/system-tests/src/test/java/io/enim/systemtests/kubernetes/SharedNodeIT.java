package io.enim.systemtests.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.api.AssignmentView;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.PingStream;
import io.enim.systemtests.e2e.Podman;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node with eight ENIs, two of which podman's containers hold beside the kubelet's pods. An ENI rests as long as it does by
 * default, and the plugin waits as long.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedNodeIT {
    private static final Logger LOG = LoggerFactory.getLogger(SharedNodeIT.class);
    private static final int ENIS = 8;
    private static final Set<String> OTHERS = Set.of("cart", "shop");
    private static final int LEFT = ENIS - OTHERS.size();
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private KubernetesNode cluster;
    private Workloads workloads;
    private Podman podman;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        cluster = new KubernetesNode(directory, ENIS, Map.of("enim.pool.cooldown", ""));
        Files.writeString(
                directory.resolve("bin/enim.conf"), "socket=" + cluster.agent().socket() + "\n");
        workloads = cluster.workloads;
        podman = new Podman(Files.createDirectory(directory.resolve("podman")), cluster.agent());
    }

    @BeforeEach
    void runContainers() throws Exception {
        for (String each : OTHERS) {
            podman.run(each, "--network", "pods").successful();
        }
        cluster.awaitReady(LEFT);
    }

    @AfterEach
    void p2_everyEniIsFreeAndEveryDeviceOnTheHost() throws Exception {
        workloads.deleteAll();
        podman.removeAll();
        eventually("no pod is left", () -> workloads.pods().isEmpty());
        cluster.agent().awaitAllReady();
        cluster.awaitReady(ENIS);
    }

    @AfterAll
    void end() throws Exception {
        if (podman != null) {
            podman.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what).atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    private void awaitRunning(int pods) {
        await(pods + " pods run beside the containers, each with its ENI")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(workloads.running()).hasSize(pods);
                    assertThat(new EniOracle(cluster, OTHERS).contradictions()).isEmpty();
                });
    }

    /** Which ENI each of the containers holds. */
    private Map<String, String> held() throws IOException {
        Map<String, String> held = new TreeMap<>();
        for (AssignmentView each : cluster.agent().assignments()) {
            String name = each.endpoint().get("name");
            if (OTHERS.contains(name)) {
                held.put(name, each.eni());
            }
        }
        return held;
    }

    private void assertReachable() throws Exception {
        for (AssignmentView each : cluster.agent().assignments()) {
            assertThat(PingStream.reaches(each.netns(), "10.80.0.1"))
                    .as("%s reaches its gateway", each.endpoint())
                    .isTrue();
        }
    }

    @Test
    void p1_theSchedulerLeavesPodmansEnisAloneAndNothingThatEndsBesideThemEndsThem() throws Exception {
        Map<String, String> before = held();
        workloads.deployment("web", ENIS, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(LEFT);
        for (PodView each : workloads.pods()) {
            if (!each.runs()) {
                assertThat(workloads.events(each, "FailedCreatePodSandBox")).isEmpty();
            }
        }
        podman.podman("network", "reload", "cart").successful();
        assertThat(held()).isEqualTo(before);
        cluster.kubelet.kill();
        cluster.node.containerd.kill();
        cluster.agent().kill();
        cluster.agent().restart();
        cluster.node.containerd.restart();
        cluster.kubelet.start();
        cluster.awaitReady(LEFT);
        awaitRunning(LEFT);
        cluster.agent().ask("gc");
        assertThat(held()).isEqualTo(before);
        assertReachable();
        podman.podman("rm", "--force", "--time", "0", "shop").successful();
        eventually("a pod has its place", () -> workloads.running().size() == LEFT + 1);
    }

    /** As a Deployment does by default, and without one pod less. What a bridge needs for the same is printed beside it. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"RollingUpdate\"}", Workloads.ROLLING})
    void p8_aRollingUpdateOfFivePodsOnSixEnisFailsNoSandbox(String strategy) throws Exception {
        Duration enis = rollingUpdate("web", strategy);
        cluster.useBridge();
        try {
            Duration bridge = rollingUpdate("bridged", strategy);
            LOG.info("a rolling update of 5 pods, {}: {} on 6 ENIs, {} on a bridge", strategy, enis, bridge);
        } finally {
            cluster.useEnis();
        }
    }

    private Duration rollingUpdate(String name, String strategy) throws IOException {
        int pods = LEFT - 1;
        workloads.deployment(name, pods, strategy, "");
        eventually("all run", () -> workloads.running().size() == pods);
        long began = System.nanoTime();
        workloads.roll(name, "2");
        eventually(
                "all are new",
                () -> workloads.pods().stream()
                                .filter(each -> "2".equals(each.labels().get("version")))
                                .filter(PodView::runs)
                                .count()
                        == pods);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        List<PodView> all = workloads.pods();
        for (PodView each : all) {
            assertThat(workloads.events(each, "FailedCreatePodSandBox")).isEmpty();
        }
        workloads.deleteAll();
        eventually("no pod is left", () -> workloads.pods().isEmpty());
        return took;
    }
}

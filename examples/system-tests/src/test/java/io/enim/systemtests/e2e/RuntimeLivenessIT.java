package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent asks containerd which sandboxes exist. After each test, every ENI is ready and every device on the host. */
class RuntimeLivenessIT {
    private static final int ENIS = 3;
    /** Three times what the agent waits before it calls a sandbox gone; it collects every second. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(6);

    /** A list serves the rounds of one second. */
    private static final Duration LISTS_ARE_YOUNGER = Duration.ofMillis(1500);

    @TempDir
    private static Path directory;

    private static ContainerdNode containerdNode;

    @BeforeAll
    static void start() throws Exception {
        InstalledPrograms.assumeThere();
        String socket = directory.resolve("containerd.sock").toString();
        containerdNode = new ContainerdNode(directory, ENIS, Map.of("agent.cri-socket", socket));
    }

    @AfterAll
    static void end() throws Exception {
        if (containerdNode != null) {
            containerdNode.close();
        }
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceHome() throws Exception {
        containerdNode.removeAll();
        containerdNode.agent.awaitAllReady();
    }

    /** Runs a pod, and garbage collection until it has asked for a list that is younger than the pod. */
    private static String known(String name) throws Exception {
        String sandbox = containerdNode.cri.run("shop", name);
        keeps(sandbox, LISTS_ARE_YOUNGER);
        return sandbox;
    }

    /** Rounds of garbage collection leave it its ENI. */
    private static void isLeftAlone(String container) {
        keeps(container, LONG_ENOUGH);
    }

    private static void keeps(String container, Duration time) {
        await().during(time).atMost(AgentProcess.PATIENCE).until(() -> {
            containerdNode.agent.ask("gc");
            return containerdNode.agent.assigned(container);
        });
    }

    @Test
    void aSandboxThatTheRuntimeNoLongerKnowsIsCollectedThoughItsNamespaceLives() throws Exception {
        String web = known("web");
        String netns = containerdNode.agent.netns(web);
        containerdNode.killContainerd();
        containerdNode.restartContainerd("anew");
        assertThat(containerdNode.cri.list()).isEmpty();
        String young = containerdNode.cri.run("shop", "young");
        await().atMost(AgentProcess.PATIENCE).until(() -> !containerdNode.agent.assigned(web));
        assertThat(Path.of(netns)).exists();
        assertThat(containerdNode.agent.logged("DEAD_ENDPOINT .*the runtime has not listed sandbox " + web))
                .isNotEmpty();
        assertThat(containerdNode.reaches(young, "10.80.0.1")).isTrue();
        containerdNode.removeAll();
        containerdNode.killContainerd();
        // Containerd with its old state knows the sandbox again, and ends what it has of it.
        containerdNode.restartContainerd();
        assertThat(containerdNode.cri.list()).contains(web);
    }

    @Test
    void whileTheSocketIsDownNothingIsCollected() throws Exception {
        String web = known("web");
        containerdNode.killContainerd();
        try {
            isLeftAlone(web);
            assertThat(containerdNode.agent.logged("the runtime did not list its sandboxes"))
                    .isNotEmpty();
            assertThat(containerdNode.reaches(web, "10.80.0.1")).isTrue();
        } finally {
            containerdNode.restartContainerd();
        }
        isLeftAlone(web);
    }

    @Test
    void aSandboxThatIsNotReadyIsKeptUntilItIsStopped() throws Exception {
        String web = known("web");
        containerdNode.killPause(web);
        await().until(() -> !containerdNode.cri.isReady(web));
        isLeftAlone(web);
    }

    @Test
    void whatAnotherCallerAttachedIsNotTheRuntimesToEnd() throws Exception {
        String web = known("web");
        String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"others\",\"type\":\"enim\"}";
        // In a namespace that exists; which one does not matter.
        HostPrograms.run("ip", "netns", "add", "other").successful();
        containerdNode
                .plugins
                .call("ADD", "podman-1", "/run/netns/other", config)
                .successful();
        isLeftAlone("podman-1");
        assertThat(containerdNode.agent.assigned(web)).isTrue();
        containerdNode
                .plugins
                .call("DEL", "podman-1", "/run/netns/other", config)
                .successful();
        HostPrograms.run("ip", "netns", "del", "other").successful();
    }
}

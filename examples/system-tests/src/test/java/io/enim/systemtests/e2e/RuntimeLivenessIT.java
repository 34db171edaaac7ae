package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The agent asks containerd which sandboxes exist. */
class RuntimeLivenessIT extends ContainerdLifecycle {
    /** Three times what the agent waits before it calls a sandbox gone; it collects every second. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(6);

    /** A list serves the rounds of one second. */
    private static final Duration LISTS_ARE_YOUNGER = Duration.ofMillis(1500);

    RuntimeLivenessIT() {
        super(3);
    }

    @Override
    Map<String, String> settings(Path directory) {
        return Map.of("agent.cri-socket", directory.resolve("containerd.sock").toString());
    }

    /** Runs a pod, and garbage collection until it has asked for a list that is younger than the pod. */
    private String known(String name) throws Exception {
        String sandbox = run(name);
        keeps(sandbox, LISTS_ARE_YOUNGER);
        return sandbox;
    }

    /** Rounds of garbage collection leave it its ENI. */
    private void isLeftAlone(String container) {
        keeps(container, LONG_ENOUGH);
    }

    private void keeps(String container, Duration time) {
        await().during(time).atMost(HostPrograms.PATIENCE).until(() -> {
            node.agent.ask("gc");
            return node.agent.assigned(container);
        });
    }

    @Test
    void aSandboxThatTheRuntimeNoLongerKnowsIsCollectedThoughItsNamespaceLives() throws Exception {
        String web = known("web");
        String netns = node.agent.netns(web);
        node.containerd.kill();
        node.containerd.restart("anew");
        assertThat(node.cri.list()).isEmpty();
        String young = run("young");
        await().atMost(HostPrograms.PATIENCE).until(() -> !node.agent.assigned(web));
        assertThat(Path.of(netns)).exists();
        assertThat(node.agent.logged("DEAD_ENDPOINT .*the runtime has not listed sandbox " + web))
                .isNotEmpty();
        assertThat(node.reaches(young, "10.80.0.1")).isTrue();
        node.containerd.removeAll();
        node.containerd.kill();
        // Containerd with its old state knows the sandbox again, and ends what it has of it.
        node.containerd.restart();
        assertThat(node.cri.list()).contains(web);
    }

    @Test
    void whileTheSocketIsDownNothingIsCollected() throws Exception {
        String web = known("web");
        node.containerd.kill();
        try {
            isLeftAlone(web);
            assertThat(node.agent.logged("the runtime did not list its sandboxes"))
                    .isNotEmpty();
            assertThat(node.reaches(web, "10.80.0.1")).isTrue();
        } finally {
            node.containerd.restart();
        }
        isLeftAlone(web);
    }

    @Test
    void aSandboxThatIsNotReadyIsKeptUntilItIsStopped() throws Exception {
        String web = known("web");
        node.killPause(web);
        await().until(() -> !node.cri.isReady(web));
        isLeftAlone(web);
    }

    @Test
    void whatAnotherCallerAttachedIsNotTheRuntimesToEnd() throws Exception {
        String web = known("web");
        String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"others\",\"type\":\"enim\"}";
        // In a namespace that exists; which one does not matter.
        HostPrograms.run("ip", "netns", "add", "other").successful();
        node.plugins.call("ADD", "podman-1", "/run/netns/other", config).successful();
        isLeftAlone("podman-1");
        assertThat(node.agent.assigned(web)).isTrue();
        node.plugins.call("DEL", "podman-1", "/run/netns/other", config).successful();
        HostPrograms.run("ip", "netns", "del", "other").successful();
    }
}

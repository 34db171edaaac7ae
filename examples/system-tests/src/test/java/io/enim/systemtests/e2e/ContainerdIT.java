package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** containerd drives the plugin and the agent over its CRI. After each test, every ENI is ready and every device on the host. */
class ContainerdIT {
    private static final int ENIS = 4;
    private static final Map<String, String> WAITS = Map.of("enim.io/when-empty", "wait");
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static ContainerdNode containerdNode;

    @BeforeAll
    static void start() throws Exception {
        InstalledPrograms.assumeThere();
        containerdNode = new ContainerdNode(directory, ENIS);
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

    /** Runs pods until no ENI is free. */
    private static List<String> fill() {
        List<String> pods = new ArrayList<>();
        for (int i = 0; i < ENIS; i++) {
            pods.add(containerdNode.cri.run("shop", "pod-" + i));
        }
        return pods;
    }

    private static void stopAndRemove(String sandbox) {
        containerdNode.cri.stop(sandbox);
        containerdNode.cri.remove(sandbox);
    }

    @Test
    void podsReachEachOtherThroughTheirEnis() throws Exception {
        String web = containerdNode.cri.run("shop", "web");
        String cart = containerdNode.cri.run("shop", "cart");
        assertThat(containerdNode.cri.address(web)).isNotEqualTo(containerdNode.cri.address(cart));
        assertThat(containerdNode.reaches(web, containerdNode.cri.address(cart)))
                .isTrue();
        assertThat(containerdNode.reaches(cart, containerdNode.cri.address(web)))
                .isTrue();
    }

    @Test
    void p3_stopStopRemoveAreThreeDelsThatSucceedAndFreeTheEni() throws Exception {
        int before = containerdNode.agent.answered("DEL", 0);
        String web = containerdNode.cri.run("shop", "web");
        containerdNode.cri.stop(web);
        assertThat(containerdNode.agent.assigned(web)).isFalse();
        containerdNode.cri.stop(web);
        containerdNode.cri.remove(web);
        assertThat(containerdNode.agent.answered("DEL", 0) - before).isEqualTo(3);
        assertThat(containerdNode.agent.logged("CNI DEL " + web + "/eth0 ok")).hasSize(3);
    }

    @Test
    void annotationsOfThePodAreItsRequests() throws Exception {
        Map<String, String> annotations = Map.of("enim.io/routes", "192.168.77.0/24, fd77::/16", "other.io/x", "y");
        String web = containerdNode.cri.run("shop", "web", annotations, LONG);
        try (NetworkTestbed stage = NetworkTestbed.open();
                TestbedNamespace inside = stage.openPath(Path.of(containerdNode.agent.netns(web)))) {
            assertThat(inside.hasRoute("eth0", Cidr.parse("192.168.77.0/24"))).isTrue();
            assertThat(inside.hasRoute("eth0", Cidr.parse("fd77::/16"))).isTrue();
        }
    }

    @Test
    void p3_anAddThatFailsIsFollowedByItsDelAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> containerdNode.cri.run("shop", "web", Map.of("enim.io/rotues", "10.0.0.0/8"), LONG))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("enim.io/rotues");
        String failed = containerdNode
                .agent
                .logged("CNI ADD .* with code 2: .*enim.io/rotues")
                .get(0);
        String container = failed.replaceAll(".*CNI ADD (\\w+)/eth0.*", "$1");
        assertThat(containerdNode.agent.logged("CNI DEL " + container + "/eth0 ok"))
                .hasSize(1);
        assertThat(containerdNode.cri.list()).isEmpty();
        assertThat(containerdNode.cri.address(containerdNode.cri.run("shop", "web")))
                .isNotEmpty();
    }

    @Test
    void p1_aPodMoreThanEnisIsRefusedAndServedOnceOneIsFree() throws Exception {
        List<String> pods = fill();
        assertThat(pods.stream().map(containerdNode.cri::address)).doesNotHaveDuplicates();
        assertThatThrownBy(() -> containerdNode.cri.run("shop", "late"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("enim");
        assertThat(containerdNode.agent.answered("ADD", 11)).isPositive();
        stopAndRemove(pods.get(0));
        await().until(() -> containerdNode.agent.ready() > 0);
        assertThat(containerdNode.reaches(
                        containerdNode.cri.run("shop", "late"), containerdNode.cri.address(pods.get(1))))
                .isTrue();
    }

    @Test
    void p8_aPodThatWaitsIsServedWhenOneIsFree() throws Exception {
        List<String> pods = fill();
        CompletableFuture<String> late =
                CompletableFuture.supplyAsync(() -> containerdNode.cri.run("shop", "late", WAITS, LONG));
        await().until(() -> containerdNode.addUnderWay().isPresent());
        stopAndRemove(pods.get(0));
        assertThat(containerdNode.reaches(late.get(), containerdNode.cri.address(pods.get(1))))
                .isTrue();
    }

    @Test
    void p3_aClientThatGivesUpDuringTheAddLeavesNothingBehind() throws Exception {
        List<String> pods = fill();
        int before = containerdNode.agent.answered("ADD", 102);
        assertThatThrownBy(() -> containerdNode.cri.run("shop", "late", WAITS, Duration.ofSeconds(1)))
                .isInstanceOf(StatusRuntimeException.class)
                .extracting(
                        error -> ((StatusRuntimeException) error).getStatus().getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        // The plugin was killed while the agent was at work for it; the DEL that follows ends that.
        await().atMost(LONG)
                .until(() -> containerdNode.addUnderWay().isEmpty()
                        && containerdNode.cri.list().size() == pods.size()
                        && containerdNode.agent.answered("ADD", 102) == before + 1);
        stopAndRemove(pods.get(0));
        await("none took the one that is free now").until(() -> containerdNode.agent.ready() == 1);
        assertThat(containerdNode.agent.assignments()).hasSize(ENIS - 1);
    }

    @Test
    void p5_containerdKilledDuringTheAdd() throws Exception {
        List<String> pods = fill();
        CompletableFuture<Void> late =
                CompletableFuture.runAsync(() -> containerdNode.cri.run("shop", "late", WAITS, LONG));
        await().until(() -> containerdNode.addUnderWay().isPresent());
        String container = containerdNode.addUnderWay().orElseThrow();
        containerdNode.killContainerd();
        assertThatThrownBy(late::get).hasCauseInstanceOf(StatusRuntimeException.class);
        containerdNode.agent.ask("del", "shop/pod-0");
        await("the plugin outlives containerd, and its ADD succeeds")
                .atMost(LONG)
                .until(() -> containerdNode.agent.assigned(container));
        containerdNode.restartContainerd();
        assertThat(containerdNode.cri.list()).contains(container).containsAll(pods);
        assertThat(containerdNode.cri.isReady(container)).isFalse();
        assertThat(containerdNode.agent.assigned(container)).isTrue();
        stopAndRemove(container);
        assertThat(containerdNode.agent.assigned(container)).isFalse();
    }

    @Test
    void p9_aPodWhosePauseProcessDiedKeepsItsEniUntilItIsStopped() throws Exception {
        String web = containerdNode.cri.run("shop", "web");
        containerdNode.killPause(web);
        await("containerd sees it").until(() -> !containerdNode.cri.isReady(web));
        assertThat(containerdNode.agent.assigned(web)).isTrue();
        containerdNode.cri.stop(web);
        assertThat(containerdNode.agent.assigned(web)).isFalse();
    }

    @Test
    void p2_containerdKilledUnderRunningPods() throws Exception {
        String web = containerdNode.cri.run("shop", "web");
        String cart = containerdNode.cri.run("shop", "cart");
        String address = containerdNode.cri.address(cart);
        containerdNode.killContainerd();
        assertThat(containerdNode.reaches(web, address)).isTrue();
        containerdNode.restartContainerd();
        assertThat(containerdNode.cri.list()).contains(web, cart);
        stopAndRemove(web);
        assertThat(containerdNode.agent.assigned(web)).isFalse();
        assertThat(containerdNode.agent.assigned(cart)).isTrue();
    }

    @Test
    void p5_anAgentKilledAndStartedAgainIsNotNoticedByTraffic() throws Exception {
        restartUnderTraffic(() -> containerdNode.agent.kill());
    }

    @Test
    void p5_anUpgradeOfTheAgentIsNotNoticedByTraffic() throws Exception {
        restartUnderTraffic(() -> containerdNode.agent.stop());
    }

    private interface AgentStop {
        void run() throws Exception;
    }

    /** Running pods lose no packet; calls in the gap are told to try again, and succeed after. */
    private static void restartUnderTraffic(AgentStop agentStop) throws Exception {
        String web = containerdNode.cri.run("shop", "web");
        String cart = containerdNode.cri.run("shop", "cart");
        String netns = containerdNode.agent.netns(web);
        PingStream pingStream = PingStream.from(netns, containerdNode.cri.address(cart));
        HostPrograms.ProgramResult asked;
        agentStop.run();
        try {
            String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"enim\",\"type\":\"enim\"}";
            asked = containerdNode.plugins.call("ADD", "gap", netns, config);
            assertThatThrownBy(() -> containerdNode.cri.run("shop", "meanwhile"))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("cannot be reached");
        } finally {
            containerdNode.agent.restart();
        }
        assertThat(asked.status()).isEqualTo(1);
        assertThat(asked.output()).contains("\"code\" : 11");
        // The DEL after the failed ADD found no agent either, so containerd keeps that sandbox until it is stopped.
        containerdNode.cri.list().stream()
                .filter(sandbox -> !sandbox.equals(web) && !sandbox.equals(cart))
                .forEach(ContainerdIT::stopAndRemove);
        assertThat(containerdNode.reaches(containerdNode.cri.run("shop", "meanwhile"), containerdNode.cri.address(web)))
                .isTrue();
        PingStream.PingCounts pingCounts = pingStream.end();
        assertThat(pingCounts.sent()).isGreaterThan(50);
        assertThat(pingCounts.answered()).isEqualTo(pingCounts.sent());
    }
}

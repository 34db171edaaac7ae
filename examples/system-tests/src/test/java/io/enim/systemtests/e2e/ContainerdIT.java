package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import io.enim.systemtests.e2e.PingStream.PingCounts;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** containerd drives the plugin and the agent over its CRI. */
class ContainerdIT extends ContainerdLifecycle {
    private static final int ENIS = 4;
    private static final Map<String, String> WAITS = Map.of("enim.io/when-empty", "wait");

    ContainerdIT() {
        super(ENIS);
    }

    /** Runs pods until no ENI is free. */
    private List<String> fill() {
        return IntStream.range(0, ENIS).mapToObj(i -> run("pod-" + i)).toList();
    }

    @Test
    void podsReachEachOtherThroughTheirEnis() throws Exception {
        String web = run("web");
        String cart = run("cart");
        assertThat(node.cri.address(web)).isNotEqualTo(node.cri.address(cart));
        assertThat(node.reaches(web, node.cri.address(cart))).isTrue();
        assertThat(node.reaches(cart, node.cri.address(web))).isTrue();
    }

    @Test
    void p3_stopStopRemoveAreThreeDelsThatSucceedAndFreeTheEni() throws Exception {
        int before = node.agent.answered("DEL", 0);
        String web = run("web");
        node.cri.stop(web);
        assertThat(node.agent.assigned(web)).isFalse();
        node.cri.stop(web);
        node.cri.remove(web);
        assertThat(node.agent.answered("DEL", 0) - before).isEqualTo(3);
        assertThat(node.agent.logged(" DEL \\S+/" + web + "/eth0 ok"))
                .as("a DEL of nothing has no line")
                .hasSize(1);
    }

    @Test
    void annotationsOfThePodAreItsRequests() throws Exception {
        Map<String, String> annotations = Map.of("enim.io/routes", "192.168.77.0/24, fd77::/16", "other.io/x", "y");
        String web = node.cri.run("shop", "web", annotations, HostPrograms.PATIENCE);
        try (NetworkTestbed stage = NetworkTestbed.open();
                TestbedNamespace inside = stage.openPath(Path.of(node.agent.netns(web)))) {
            assertThat(inside.hasRoute("eth0", Cidr.parse("192.168.77.0/24"))).isTrue();
            assertThat(inside.hasRoute("eth0", Cidr.parse("fd77::/16"))).isTrue();
        }
    }

    @Test
    void p3_anAddThatFailsIsFollowedByItsDelAndLeavesNothing() throws Exception {
        int before = node.agent.answered("DEL", 0);
        assertThatThrownBy(() ->
                        node.cri.run("shop", "web", Map.of("enim.io/rotues", "10.0.0.0/8"), HostPrograms.PATIENCE))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("enim.io/rotues");
        assertThat(node.agent.logged("CNI ADD .* with code 2: .*enim.io/rotues"))
                .hasSize(1);
        assertThat(node.agent.answered("DEL", 0) - before).isEqualTo(1);
        assertThat(node.cri.list()).isEmpty();
        assertThat(node.cri.address(run("web"))).isNotEmpty();
    }

    @Test
    void p1_aPodMoreThanEnisIsRefusedAndServedOnceOneIsFree() throws Exception {
        List<String> pods = fill();
        assertThat(pods.stream().map(node.cri::address)).doesNotHaveDuplicates();
        assertThatThrownBy(() -> run("late"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("enim");
        assertThat(node.agent.answered("ADD", 11)).isPositive();
        stopAndRemove(pods.get(0));
        await().until(() -> node.agent.ready() > 0);
        assertThat(node.reaches(run("late"), node.cri.address(pods.get(1)))).isTrue();
    }

    @Test
    void p8_aPodThatWaitsIsServedWhenOneIsFree() throws Exception {
        List<String> pods = fill();
        CompletableFuture<String> late =
                CompletableFuture.supplyAsync(() -> node.cri.run("shop", "late", WAITS, HostPrograms.PATIENCE));
        await().until(() -> node.addUnderWay().isPresent());
        stopAndRemove(pods.get(0));
        assertThat(node.reaches(late.get(), node.cri.address(pods.get(1)))).isTrue();
    }

    @Test
    void p3_aClientThatGivesUpDuringTheAddLeavesNothingBehind() throws Exception {
        List<String> pods = fill();
        int before = node.agent.abandonedAdds();
        assertThatThrownBy(() -> node.cri.run("shop", "late", WAITS, Duration.ofSeconds(1)))
                .isInstanceOf(StatusRuntimeException.class)
                .extracting(
                        error -> ((StatusRuntimeException) error).getStatus().getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        // The plugin was killed while the agent was at work for it; the DEL that follows ends that.
        await().atMost(HostPrograms.PATIENCE)
                .until(() -> node.addUnderWay().isEmpty()
                        && node.cri.list().size() == pods.size()
                        && node.agent.abandonedAdds() == before + 1);
        stopAndRemove(pods.get(0));
        await("none took the one that is free now").until(() -> node.agent.ready() == 1);
        assertThat(node.agent.assignments()).hasSize(ENIS - 1);
    }

    @Test
    void p5_containerdKilledDuringTheAdd() throws Exception {
        List<String> pods = fill();
        CompletableFuture<Void> late =
                CompletableFuture.runAsync(() -> node.cri.run("shop", "late", WAITS, HostPrograms.PATIENCE));
        await().until(() -> node.addUnderWay().isPresent());
        String container = node.addUnderWay().orElseThrow();
        await("the agent has the whole call: before that, the plugin needs containerd")
                .until(() -> node.agent.ask("status").contains("1 wait for an ENI"));
        node.containerd.kill();
        assertThatThrownBy(late::get).hasCauseInstanceOf(StatusRuntimeException.class);
        node.agent.ask("del", "shop/pod-0");
        await("the plugin outlives containerd, and its ADD succeeds")
                .atMost(HostPrograms.PATIENCE)
                .until(() -> node.agent.assigned(container));
        node.containerd.restart();
        assertThat(node.cri.list()).contains(container).containsAll(pods);
        assertThat(node.cri.isReady(container)).isFalse();
        assertThat(node.agent.assigned(container)).isTrue();
        stopAndRemove(container);
        assertThat(node.agent.assigned(container)).isFalse();
    }

    @Test
    void p9_aPodWhosePauseProcessDiedKeepsItsEniUntilItIsStopped() throws Exception {
        String web = run("web");
        node.killPause(web);
        await("containerd sees it").until(() -> !node.cri.isReady(web));
        assertThat(node.agent.assigned(web)).isTrue();
        node.cri.stop(web);
        assertThat(node.agent.assigned(web)).isFalse();
    }

    @Test
    void p2_containerdKilledUnderRunningPods() throws Exception {
        String web = run("web");
        String cart = run("cart");
        String address = node.cri.address(cart);
        node.containerd.kill();
        assertThat(node.reaches(web, address)).isTrue();
        node.containerd.restart();
        assertThat(node.cri.list()).contains(web, cart);
        stopAndRemove(web);
        assertThat(node.agent.assigned(web)).isFalse();
        assertThat(node.agent.assigned(cart)).isTrue();
    }

    @Test
    void p5_anAgentKilledAndStartedAgainIsNotNoticedByTraffic() throws Exception {
        restartUnderTraffic(node.agent::kill);
    }

    @Test
    void p5_anUpgradeOfTheAgentIsNotNoticedByTraffic() throws Exception {
        restartUnderTraffic(node.agent::stop);
    }

    /** Running pods lose no packet, and calls in the gap are answered by the next agent. */
    private void restartUnderTraffic(Runnable agentStop) throws Exception {
        String web = run("web");
        String cart = run("cart");
        String netns = node.agent.netns(web);
        PingStream stream = PingStream.from(netns, node.cri.address(cart));
        agentStop.run();
        CompletableFuture<String> meanwhile = CompletableFuture.supplyAsync(() -> run("meanwhile"));
        CompletableFuture<ProgramResult> deleted = CompletableFuture.supplyAsync(() -> {
            try {
                String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"enim\",\"type\":\"enim\"}";
                return node.plugins.call("DEL", "gap", netns, config);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        node.agent.restart();
        assertThat(deleted.join().successful()).isEmpty();
        assertThat(node.reaches(meanwhile.join(), node.cri.address(web))).isTrue();
        PingCounts pings = stream.end();
        assertThat(pings.sent()).isGreaterThan(50);
        assertThat(pings.answered()).isEqualTo(pings.sent());
    }
}

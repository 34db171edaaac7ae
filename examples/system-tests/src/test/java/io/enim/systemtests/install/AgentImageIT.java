package io.enim.systemtests.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.api.AssignmentView;
import io.enim.systemtests.containerd.ContainerSpec;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.PingStream;
import io.enim.systemtests.e2e.PingStream.PingCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The agent's image under containerd, with what its DaemonSet asks for and nothing more, serves this same containerd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentImageIT {
    private static final int ENIS = 4;
    private static final String NEXT = "localhost/enim-agent:next";
    private ImageNode node;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        node = new ImageNode(directory, ENIS);
        node.containerd.images("tag", ImageNode.LATEST, NEXT);
    }

    @AfterAll
    void end() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void startPod() throws IOException {
        node.startPod(ImageNode.LATEST);
        node.agent.awaitAllReady();
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceOnTheHost() throws IOException {
        node.removePods();
        node.agent.awaitAllReady();
        node.stopPod();
    }

    private String run(String name) {
        return node.cri.run("shop", name);
    }

    private boolean reaches(String sandbox, String address) throws Exception {
        return PingStream.reaches(node.agent.netns(sandbox), address);
    }

    @Test
    void podsGetEnisByThePluginAndTheNetworkThatTheImageInstalls() throws Exception {
        String web = run("web");
        String cart = run("cart");
        assertThat(reaches(web, node.cri.address(cart))).isTrue();
        assertThat(reaches(cart, node.cri.address(web))).isTrue();
        assertThat(node.agent.ask("check", "shop/web")).doesNotContain("differs");
        assertThat(node.agent.ask("status")).startsWith("HEALTHY");
    }

    @Test
    void p5_aRestartOfTheAgentsContainerIsNotNoticedByTraffic() throws Exception {
        String web = run("web");
        String cart = run("cart");
        PingStream stream = PingStream.from(node.agent.netns(web), node.cri.address(cart));
        node.killAgent();
        CompletableFuture<String> meanwhile = CompletableFuture.supplyAsync(() -> run("meanwhile"));
        node.restartAgent(ImageNode.LATEST);
        assertThat(reaches(meanwhile.join(), node.cri.address(web))).isTrue();
        assertNoneLost(stream.end());
    }

    private static void assertNoneLost(PingCounts pings) {
        assertThat(pings.sent()).isGreaterThan(50);
        assertThat(pings.answered()).isEqualTo(pings.sent());
    }

    /** Two tags of one image stand for two releases: that release N reads the records of N-1 is tested where they are written. */
    @Test
    void p5_anUpgradeAndTheWayBackFailNoCallAndLoseNoPacketAndNoRecord() throws Exception {
        String web = run("web");
        String cart = run("cart");
        List<AssignmentView> before = node.agent.assignments();
        PingStream stream = PingStream.from(node.agent.netns(web), node.cri.address(cart));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> pods = CompletableFuture.supplyAsync(() -> runPodsUntil(done));
        try {
            node.replacePod(NEXT);
            node.replacePod(ImageNode.LATEST);
        } finally {
            done.set(true);
        }
        assertThat(pods.join())
                .as("pods that came and went; each call that fails is an error")
                .isPositive();
        assertNoneLost(stream.end());
        assertThat(node.agent.assignments()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(reaches(web, node.cri.address(cart))).isTrue();
    }

    /** One pod after another comes and goes. */
    private int runPodsUntil(AtomicBoolean done) {
        int pods = 0;
        while (!done.get()) {
            String pod = run("passing-" + pods++);
            node.cri.stop(pod);
            node.cri.remove(pod);
        }
        return pods;
    }

    /** Found by the descriptor of another user's process alone: the reason for hostPID and for two of the capabilities. */
    @Test
    void p13_aDeviceThatATenantLeftOnItsEniInANamespaceWithoutANameIsFound() throws Exception {
        String web = run("web");
        String inside = "nsenter --net=" + node.agent.netns(web) + " ";
        Process keeper = start(inside + "unshare --net sleep 1000");
        HostPrograms.run((inside + "busybox ip link add link eth0 name mv0 type macvlan").split(" "))
                .successful();
        await("it is in a namespace of its own")
                .until(() -> !namespace(keeper.pid())
                        .equals(namespace(ProcessHandle.current().pid())));
        HostPrograms.run((inside + "busybox ip link set mv0 netns " + keeper.pid()).split(" "))
                .successful();
        Process holder = start(
                "sh",
                "-c",
                "exec 9</proc/" + keeper.pid()
                        + "/ns/net; exec setpriv --reuid 65534 --regid 65534 --clear-groups sleep 1000");
        await("it holds the namespace").until(() -> user(holder.pid()).equals(65534));
        keeper.destroyForcibly().onExit().join();
        node.cri.stop(web);
        node.cri.remove(web);
        try {
            await("the ENI is kept back")
                    .atMost(HostPrograms.PATIENCE)
                    .until(() -> node.agent.ask("status").contains("stacked on its device"));
            assertThat(node.agent.ready()).isEqualTo(ENIS - 1);
        } finally {
            holder.destroyForcibly().onExit().join();
        }
    }

    private Process start(String command) throws IOException {
        return start(command.split(" "));
    }

    private Process start(String... command) throws IOException {
        return HostPrograms.start(node.log("tenant"), command);
    }

    private static Object namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net"));
    }

    private static Object user(long pid) throws IOException {
        return Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
    }

    @Test
    void eachCapabilityThatIsTakenAwayIsNamedInOneSentence() throws IOException {
        node.stopPod();
        ContainerSpec whole = node.agentContainer(ImageNode.LATEST);
        assertThat(whole.capabilities()).isNotEmpty();
        for (String each : whole.capabilities()) {
            assertOneSentence(whole.withoutCapability(each), "CAP_" + each + " is missing", "add " + each);
        }
        node.startPod(ImageNode.LATEST);
    }

    @Test
    void eachMountThatIsTakenAwayIsNamedInOneSentence() throws IOException {
        node.stopPod();
        ContainerSpec agent = node.agentContainer(ImageNode.LATEST);
        ContainerSpec plugin = node.pluginContainer(ImageNode.LATEST);
        for (ContainerSpec whole : List.of(agent, plugin)) {
            assertThat(whole.mounts()).isNotEmpty();
            for (ContainerSpec.Mount each : whole.mounts()) {
                assertOneSentence(whole.withoutMount(each.point()), each.point());
            }
        }
        assertOneSentence(agent.withoutProcesses(), "the host's processes are not seen", "hostPID: true");
        assertOneSentence(agent.withoutPropagation(), "/run/netns receives no mounts", "HostToContainer");
        node.startPod(ImageNode.LATEST);
    }

    private void assertOneSentence(ContainerSpec spec, String... words) throws IOException {
        String log = node.runUntil(spec, words);
        List<String> sentences = log.lines()
                .filter(line -> List.of(words).stream().allMatch(line::contains))
                .toList();
        assertThat(sentences).as("%s in%n%s", List.of(words), log).isNotEmpty();
        // What follows from it may be told as well, but not as a second thing that is missing.
        assertThat(log.lines().filter(line -> line.contains("ProcessNeeds") || line.contains("ServeCommand")))
                .as(log)
                .hasSizeLessThanOrEqualTo(1);
    }
}

package io.enim.systemtests.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.api.AssignmentView;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.PingStream;
import io.enim.systemtests.e2e.PingStream.PingCounts;
import io.enim.systemtests.install.ImageNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a DaemonSet of a real cluster: what the API server accepts, the kubelet runs, and a rollout replaces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DaemonSetIT {
    private static final int ENIS = 6;
    private static final String FIRST = "localhost/enim-agent:1";
    private static final String SECOND = "localhost/enim-agent:2";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private DaemonSetNode cluster;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        cluster = new DaemonSetNode(directory, ENIS, FIRST);
        cluster.node.containerd.images("tag", ImageNode.LATEST, SECOND);
    }

    @AfterAll
    void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** The container that holds the pod's ENI. */
    private String holder(String pod) throws IOException {
        return cluster.node.agent.assignments().stream()
                .filter(each -> each.endpoint().get("name").equals(pod))
                .map(each -> each.endpoint().get("container"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(pod + " holds no ENI"));
    }

    private void awaitRunning(String pod) {
        await(pod + " runs")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> cluster.workloads.running().stream()
                        .anyMatch(each -> each.name().equals(pod)));
    }

    /** Two tags of one image stand for two releases. */
    @Test
    void p5_aRolloutAndItsUndoFailNoPodAndLoseNoPacketAndNoRecord() throws Exception {
        cluster.workloads.pod("web");
        cluster.workloads.pod("cart");
        awaitRunning("web");
        awaitRunning("cart");
        List<AssignmentView> before = cluster.node.agent.assignments();
        assertThat(before).hasSize(2);
        String address = cluster.workloads.running().stream()
                .filter(each -> each.name().equals("cart"))
                .map(PodView::ip)
                .findFirst()
                .orElseThrow();
        PingStream stream = PingStream.from(cluster.node.agent.netns(holder("web")), address);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> passing = CompletableFuture.supplyAsync(() -> runPodsUntil(done));
        try {
            cluster.roll(SECOND);
            cluster.roll(FIRST);
        } finally {
            done.set(true);
        }
        assertThat(passing.join()).as("pods that came and went").isPositive();
        PingCounts pings = stream.end();
        assertThat(pings.sent()).isGreaterThan(50);
        assertThat(pings.answered()).isEqualTo(pings.sent());
        assertThat(cluster.node.agent.assignments()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(cluster.workloads.eventsOf("FailedCreatePodSandBox")).isEmpty();
        cluster.workloads.deleteAll();
        await("no pod is left")
                .atMost(PATIENCE)
                .until(() -> cluster.workloads.pods().isEmpty());
        cluster.node.agent.awaitAllReady();
    }

    /** One pod after another runs and ends. */
    private int runPodsUntil(AtomicBoolean done) {
        int pods = 0;
        try {
            while (!done.get()) {
                String name = "passing-" + pods++;
                cluster.workloads.pod(name);
                awaitRunning(name);
                cluster.workloads.deleteByForce(name);
                await(name + " holds no ENI")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> cluster.node.agent.assignments().stream()
                                .noneMatch(each -> each.endpoint().get("name").equals(name)));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return pods;
    }
}

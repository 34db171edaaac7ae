package io.enim.systemtests.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What Kubernetes does to a node with eight ENIs. After each test every ENI is free, and every device on the host. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesIT {
    private static final int ENIS = 8;
    /** A kubelet tries a failed sandbox again after 12 to 15 s. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private KubernetesNode cluster;
    private Workloads workloads;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        cluster = new KubernetesNode(directory, ENIS, Map.of());
        workloads = cluster.workloads;
    }

    @AfterAll
    void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void p2_everyEniIsFreeAndEveryDeviceOnTheHost() throws IOException {
        workloads.deleteAll();
        eventually("no pod is left", () -> workloads.pods().isEmpty());
        cluster.agent().awaitAllReady();
        assertThat(new EniOracle(cluster, Set.of()).contradictions()).isEmpty();
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what).atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    /** So many pods run, and everything agrees on which ENI each of them holds. */
    private void awaitRunning(int pods) {
        await(pods + " pods run, each with its ENI")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(workloads.running()).hasSize(pods);
                    assertThat(new EniOracle(cluster, Set.of()).contradictions())
                            .isEmpty();
                });
    }

    private PodView pod(String name) throws IOException {
        return workloads.pods().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod " + name));
    }

    private List<PodView> waiting() throws IOException {
        return workloads.pods().stream().filter(each -> !each.runs()).toList();
    }

    @Test
    void p1_ofTwelvePodsOnEightEnisEightRunAndTheEventsOfTheOthersSayWhy() throws IOException {
        workloads.deployment("web", 0, Workloads.ROLLING, "");
        workloads.scale("web", 12);
        awaitRunning(ENIS);
        for (PodView each : waiting()) {
            eventually(
                    "an event of " + each.name(),
                    () -> !workloads.events(each, "FailedCreatePodSandBox").isEmpty());
            assertThat(workloads.events(each, "FailedCreatePodSandBox"))
                    .allSatisfy(
                            event -> assertThat(event).contains(each.name(), "none", "8 IN_USE", "delete endpoints"));
        }
        workloads.scale("web", 10);
        awaitRunning(ENIS);
        workloads.scale("web", 0);
        eventually("all are gone", () -> workloads.pods().isEmpty());
    }

    @Test
    void p1_theSchedulerCountsEnisSoThatThePodTooManyNeverReachesTheNode() throws IOException {
        workloads.deployment("web", 12, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(ENIS);
        for (PodView each : waiting()) {
            eventually(
                    "the scheduler has a reason",
                    () -> !pod(each.name()).scheduled().isEmpty());
            assertThat(pod(each.name()).scheduled()).isEqualTo("0/1 nodes are available: 1 Insufficient enim.io/eni.");
            assertThat(workloads.events(each, "FailedCreatePodSandBox")).isEmpty();
        }
        List<PodView> first = workloads.running();
        workloads.delete(first.get(0).name());
        eventually(
                "another has taken its place",
                () -> workloads.running().size() == ENIS
                        && workloads.running().stream()
                                .noneMatch(
                                        each -> each.uid().equals(first.get(0).uid())));
        awaitRunning(ENIS);
    }

    @Test
    void p1_aRollingUpdateWithoutASpareEniWaitsInTheSchedulerAndEndsWhenThereIsOne() throws IOException {
        workloads.deployment("web", ENIS, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(ENIS);
        workloads.roll("web", "2");
        eventually(
                "the new pod is not scheduled",
                () -> waiting().stream().anyMatch(each -> each.scheduled().contains("Insufficient enim.io/eni")));
        assertThat(workloads.running()).as("none of the old ones made room").hasSize(ENIS);
        workloads.scale("web", ENIS - 1);
        awaitAllNew(ENIS - 1);
    }

    private void awaitAllNew(int pods) throws IOException {
        eventually(
                "all are new",
                () -> workloads.running().size() == pods
                        && workloads.pods().stream()
                                .allMatch(each -> "2".equals(each.labels().get("version"))));
        awaitRunning(pods);
    }

    @Test
    void p1_aRollingUpdateWithOneSpareEniEnds() throws IOException {
        workloads.deployment("web", ENIS - 1, Workloads.ROLLING, "");
        awaitRunning(ENIS - 1);
        workloads.roll("web", "2");
        awaitAllNew(ENIS - 1);
    }

    @Test
    void p9_aContainerThatItsLivenessProbeRestartsKeepsTheEniOfItsPod() throws IOException {
        String probe = "\"exec\": {\"command\": [\"/bin/busybox\", \"test\", \"-e\", \"/%s\"]}, \"periodSeconds\": 1";
        workloads.pod("ready", "{}", "\"readinessProbe\": {" + probe.formatted("bin") + "}");
        workloads.pod("unready", "{}", "\"readinessProbe\": {" + probe.formatted("missing") + "}");
        workloads.pod(
                "dying", "{}", "\"livenessProbe\": {" + probe.formatted("missing") + ", \"failureThreshold\": 1}");
        workloads.service("ready", "ready");
        workloads.service("unready", "unready");
        awaitRunning(3);
        String address = pod("dying").ip();
        eventually("its container was restarted", () -> pod("dying").restarts() >= 1);
        eventually("one is ready", () -> pod("ready").ready());
        assertThat(pod("unready").ready()).isFalse();
        eventually(
                "the service has its address",
                () -> workloads.endpoints("ready").equals(List.of(pod("ready").ip())));
        assertThat(workloads.endpoints("unready")).isEmpty();
        assertThat(pod("dying").ip()).isEqualTo(address);
        awaitRunning(3);
    }

    @Test
    void p9_theKubeletsOwnProbesReachAPodByItsHostLink() throws Exception {
        String probe =
                "{\"%s\": {\"port\": %d, \"path\": \"/etc/hosts\"}, \"periodSeconds\": 1, \"failureThreshold\": 2}";
        workloads.pod("http", "{}", "\"readinessProbe\": " + probe.formatted("httpGet", 8080));
        workloads.pod("wrong", "{}", "\"readinessProbe\": " + probe.formatted("httpGet", 8081));
        workloads.pod("dying", "{}", "\"livenessProbe\": " + tcp(8081));
        workloads.pod("living", "{}", "\"livenessProbe\": " + tcp(8080));
        awaitRunning(4);
        eventually("one is ready", () -> pod("http").ready());
        eventually("another was restarted", () -> pod("dying").restarts() >= 1);
        assertThat(pod("wrong").ready()).isFalse();
        assertThat(pod("living").restarts()).isZero();
        awaitRunning(4);
    }

    private static String tcp(int port) {
        return "{\"tcpSocket\": {\"port\": " + port + "}, \"periodSeconds\": 1, \"failureThreshold\": 2}";
    }

    @Test
    void p1_aServiceStandsForTheAddressesOfTheEnis() throws Exception {
        workloads.deployment("web", 3, Workloads.ROLLING, "");
        workloads.service("web", "web");
        awaitRunning(3);
        List<String> addresses = workloads.running().stream().map(PodView::ip).toList();
        eventually(
                "all are behind the service", () -> workloads.endpoints("web").size() == 3);
        assertThat(workloads.endpoints("web")).containsExactlyInAnyOrderElementsOf(addresses);
        String first = workloads.running().get(0).name();
        eventually("a pod reaches it by its cluster IP", () -> fetches(first, workloads.clusterIp("web") + ":80"));
        assertThat(fetches(first, addresses.get(1) + ":8080"))
                .as("and another pod by its ENI")
                .isTrue();
    }

    /** Whether a pod gets a page from a server. */
    private boolean fetches(String pod, String server) throws Exception {
        String inside = cluster.agent().netns(holder(pod));
        return HostPrograms.run("nsenter", "--net=" + inside, "curl", "-sf", "-m", "5", "-o", "/dev/null", page(server))
                        .status()
                == 0;
    }

    private static String page(String server) {
        return "http://" + server + "/etc/hosts";
    }

    /** The container that holds the pod's ENI. */
    private String holder(String pod) throws IOException {
        return cluster.agent().assignments().stream()
                .filter(each -> each.endpoint().get("name").equals(pod))
                .map(each -> each.endpoint().get("container"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(pod + " holds no ENI"));
    }

    @Test
    void p3_aHostPortIsGivenToOnePodAndTakenBackWithIt() throws Exception {
        String port = "\"ports\": [{\"containerPort\": 8080, \"hostPort\": 30080}]";
        workloads.pod("first", "{}", port);
        awaitRunning(1);
        String rule = pod("first").ip() + ":8080";
        assertThat(nat()).contains(rule);
        HostPrograms.run("curl", "-sf", "-m", "5", page(KubernetesNode.ADDRESS + ":30080"))
                .successful();
        workloads.pod("second", "{}", port);
        eventually(
                "the scheduler knows that the port is taken",
                () -> pod("second").scheduled().contains("didn't have free ports"));
        workloads.delete("first");
        eventually(
                "the other has it",
                () -> workloads.running().stream().anyMatch(each -> each.name().equals("second")));
        awaitRunning(1);
        workloads.delete("second");
        eventually("none is left", () -> workloads.pods().isEmpty());
        assertThat(nat()).doesNotContain(":8080");
    }

    private static String nat() throws Exception {
        return HostPrograms.run("iptables-save", "-t", "nat").successful();
    }

    @Test
    void p3_p4_aPodDeletedByForceFreesItsEniAndTheNextOfItsNameGetsOne() throws IOException {
        for (int i = 0; i < 5; i++) {
            workloads.pod("web");
            awaitRunning(1);
            workloads.deleteByForce("web");
            assertThat(workloads.pods()).isEmpty();
        }
    }

    @Test
    void p5_aKubeletThatIsKilledLeavesItsPodsAndEndsThoseThatWereDeletedMeanwhile() throws IOException {
        workloads.deployment("web", 4, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(4);
        List<PodView> before = workloads.running();
        cluster.kubelet.kill();
        workloads.deleteByForce(before.get(0).name());
        cluster.kubelet.start();
        awaitRunning(4);
        cluster.awaitReady(ENIS);
        assertThat(workloads.running()).containsAll(before.subList(1, 4));
    }

    @Test
    void p5_containerdThatIsKilledUnderADeploymentThatGrows() throws Exception {
        workloads.deployment("web", 3, Workloads.ROLLING, "");
        awaitRunning(3);
        List<String> before = workloads.running().stream().map(PodView::ip).toList();
        workloads.scale("web", 6);
        cluster.node.containerd.kill();
        cluster.node.containerd.restart();
        awaitRunning(6);
        assertThat(workloads.running().stream().map(PodView::ip)).containsAll(before);
    }

    @Test
    void p5_anAgentThatIsKilledComesBackWithItsPodsAndItsDevices() throws IOException {
        workloads.deployment("web", 3, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(3);
        List<PodView> before = workloads.running();
        cluster.agent().kill();
        eventually(
                "the kubelet has no device without the agent",
                () -> workloads.allocatable().equals("0"));
        cluster.agent().restart();
        cluster.awaitReady(ENIS);
        workloads.scale("web", 6);
        awaitRunning(6);
        assertThat(workloads.running()).containsAll(before);
    }

    @Test
    void p5_allPodsComeBackAfterABoot() throws Exception {
        workloads.deployment("web", 5, Workloads.ROLLING, Workloads.ONE_ENI);
        awaitRunning(5);
        cluster.reboot();
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        eventually("the kubelet tells of another boot", () -> workloads.bootId().equals(boot));
        cluster.awaitReady(ENIS);
        awaitRunning(5);
    }

    @Test
    void annotationsOfThePodAreItsRequests() throws Exception {
        workloads.pod("web", "{\"enim.io/routes\": \"192.168.77.0/24\", \"other.io/x\": \"y\"}", "");
        awaitRunning(1);
        try (NetworkTestbed stage = NetworkTestbed.open();
                TestbedNamespace inside = stage.openPath(Path.of(cluster.agent().netns(holder("web"))))) {
            assertThat(inside.hasRoute("eth0", Cidr.parse("192.168.77.0/24"))).isTrue();
        }
        workloads.pod("wrong", "{\"enim.io/rotues\": \"192.168.77.0/24\"}", "");
        eventually(
                "its events name the annotation",
                () -> Stream.of(pod("wrong"))
                        .flatMap(each -> events(each).stream())
                        .anyMatch(event -> event.contains("enim.io/rotues")));
    }

    private List<String> events(PodView pod) {
        try {
            return workloads.events(pod, "FailedCreatePodSandBox");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void p8_aPodThatWaitsForAnEniRunsWhenOneIsFree() throws IOException {
        workloads.deployment("web", ENIS, Workloads.ROLLING, "");
        awaitRunning(ENIS);
        workloads.pod("late", "{\"enim.io/when-empty\": \"wait\"}", "");
        eventually("it waits", () -> cluster.agent().ask("status").contains("1 wait for an ENI"));
        workloads.scale("web", ENIS - 1);
        eventually(
                "it runs", () -> Optional.of(pod("late")).filter(PodView::runs).isPresent());
        awaitRunning(ENIS);
    }
}

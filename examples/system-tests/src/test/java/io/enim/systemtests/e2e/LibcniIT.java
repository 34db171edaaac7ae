package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reference library and Debian's plugins around ours, on real devices. After each test, every ENI is ready and every
 * device on the host.
 */
class LibcniIT {
    private static final int ENIS = 3;
    private static final String ENIM = "{\"type\":\"enim\"}";
    private static final String GATEWAY = "10.80.0.1";

    @TempDir
    private static Path directory;

    private static AgentProcess agent;
    private static PluginDirectory pluginDirectory;
    private static LibcniRunner libcniRunner;
    private static NetworkTestbed stage;

    private final List<Attached> attached = new ArrayList<>();
    private final List<String> sandboxes = new ArrayList<>();

    private record Attached(LibcniRunner.Network network, String container) {}

    @BeforeAll
    static void start() throws Exception {
        InstalledPrograms.assumeThere();
        agent = new AgentProcess(directory, ENIS, Map.of());
        pluginDirectory = new PluginDirectory(directory.resolve("bin"), agent.socket());
        libcniRunner = LibcniRunner.build(directory, pluginDirectory);
        stage = NetworkTestbed.open();
    }

    @AfterAll
    static void end() {
        if (agent != null) {
            agent.close();
            stage.close();
        }
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceHome() throws Exception {
        for (Attached each : attached) {
            each.network().del(each.container(), "");
        }
        agent.awaitAllReady();
        sandboxes.forEach(stage::delete);
    }

    private Path sandbox(String name) {
        sandboxes.add(name);
        try (TestbedNamespace made = stage.create(name)) {
            return made.path();
        }
    }

    private Map<String, Object> added(LibcniRunner.Network network, String container, Path netns, String... more)
            throws Exception {
        attached.add(new Attached(network, container));
        return network.add(container, netns, more).result();
    }

    private static void succeeds(LibcniRunner.LibcniResult libcniResult) {
        assertThat(libcniResult.code()).as(libcniResult.toString()).isZero();
    }

    private static List<Map<String, Object>> objects(Map<String, Object> json, String key) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object each : (List<?>) json.get(key)) {
            Map<String, Object> object = new LinkedHashMap<>();
            ((Map<?, ?>) each).forEach((name, value) -> object.put((String) name, value));
            objects.add(object);
        }
        return objects;
    }

    private static String inside(Path netns, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + netns));
        words.addAll(List.of(command));
        return HostPrograms.run(words.toArray(String[]::new)).successful();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0"})
    void addCheckDelInEveryVersionThatTheLibrarySpeaks(String version) throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network("pods", version, ENIM);
        Map<String, Object> result = added(network, "c1", netns, "-args", "IgnoreUnknown=1;K8S_POD_NAME=web");
        assertThat(result).containsEntry("cniVersion", version);
        assertThat(PingStream.reaches(netns.toString(), GATEWAY)).isTrue();
        if (!version.equals("0.3.1")) { // CHECK came with 0.4.0.
            succeeds(network.check("c1", netns));
        }
        succeeds(network.del("c1", netns.toString()));
        assertThat(agent.assigned("c1")).isFalse();
        succeeds(network.del("c1", netns.toString()));
    }

    @Test
    void p3_addAgainAnswersTheSameAndDelNeedsNeitherNetnsNorResult() throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network("pods", "1.0.0", ENIM);
        Map<String, Object> first = added(network, "c1", netns);
        assertThat(added(network, "c1", netns)).isEqualTo(first);
        succeeds(network.forgetful().del("c1", ""));
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void anInterfaceOfThatNameIsAnErrorAndNothingIsHeld() throws Exception {
        Path netns = sandbox("pod");
        try (TestbedNamespace inside = stage.openPath(netns)) {
            inside.addVeth(VethPair.between("eth0", "eth1"));
        }
        LibcniRunner.LibcniResult libcniResult =
                libcniRunner.network("pods", "1.0.0", ENIM).add("c1", netns);
        assertThat(libcniResult.code()).as(libcniResult.toString()).isEqualTo(103);
        assertThat(libcniResult.message()).contains("eth0");
        assertThat(agent.assignments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "addr del %s dev eth0,                  address",
        "route del default dev eth0,            route",
        "link set eth0 address 02:aa:00:00:00:01, mac",
        "link set eth0 down,                    up",
        "link set eth0 name other,              name"
    })
    void checkSeesWhatDiffersInTheSandbox(String change, String named) throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network("pods", "1.0.0", ENIM);
        String address = String.valueOf(
                objects(added(network, "c1", netns), "ips").get(0).get("address"));
        succeeds(network.check("c1", netns));
        if (change.contains("name")) {
            inside(netns, "busybox", "ip", "link", "set", "eth0", "down");
        }
        inside(netns, ("busybox ip " + change.formatted(address)).split(" "));
        LibcniRunner.LibcniResult libcniResult = network.check("c1", netns);
        assertThat(libcniResult.code()).as(libcniResult.toString()).isEqualTo(105);
        assertThat(libcniResult.details()).containsIgnoringCase(named);
        inside(netns, "busybox", "ip", "link", "show"); // CHECK changed nothing: the device is still there.
    }

    @Test
    void checkSeesThatTheDeviceIsGone() throws Exception {
        Path netns = sandbox("pod");
        Path other = sandbox("other");
        LibcniRunner.Network network = libcniRunner.network("pods", "1.0.0", ENIM);
        added(network, "c1", netns);
        try (TestbedNamespace from = stage.openPath(netns);
                TestbedNamespace to = stage.openPath(other)) {
            from.moveTo(to, "eth0");
        }
        assertThat(network.check("c1", netns).code()).isEqualTo(105);
    }

    @Test
    void validateProbesThePluginAndListsTheCapabilities() throws Exception {
        String capable = "{\"type\":\"enim\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}";
        LibcniRunner.LibcniResult libcniResult =
                libcniRunner.network("pods", "1.0.0", capable).validate();
        assertThat(libcniResult.output()).contains("io.kubernetes.cri.pod-annotations");
        assertThat(libcniRunner.network("pods", "0.2.0", ENIM).validate().message())
                .contains("0.2.0");
    }

    @Test
    void p8_aDeadlineEndsTheAddAndTheDelWhatIsLeftOfIt() throws Exception {
        LibcniRunner.Network network =
                libcniRunner.network("pods", "1.0.0", "{\"type\":\"enim\",\"whenEmpty\":\"wait\"}");
        for (int i = 0; i < ENIS; i++) {
            added(network, "c" + i, sandbox("pod-" + i));
        }
        Path netns = sandbox("late");
        int before = agent.answered("ADD", 102);
        attached.add(new Attached(network, "late"));
        LibcniRunner.LibcniResult libcniResult = network.add("late", netns, LibcniRunner.within(Duration.ofSeconds(1)));
        assertThat(libcniResult.code()).as(libcniResult.toString()).isNotZero();
        succeeds(network.del("late", netns.toString()));
        await().until(() -> agent.answered("ADD", 102) == before + 1);
        network.del("c0", "");
        await("none took the one that is free now").until(() -> agent.ready() == 1);
        assertThat(agent.assigned("late")).isFalse();
    }

    @Test
    void capabilitiesThatAnEniCannotGrantAreRefusedAndOthersAreNotPassed() throws Exception {
        Path netns = sandbox("pod");
        String capabilities = "{\"mac\":\"02:aa:00:00:00:01\"}";
        LibcniRunner.Network declared =
                libcniRunner.network("pods", "1.0.0", "{\"type\":\"enim\",\"capabilities\":{\"mac\":true}}");
        LibcniRunner.LibcniResult refused = declared.add("c1", netns, "-capabilities", capabilities);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.message()).contains("runtimeConfig.mac", "02:aa:00:00:00:01");
        assertThat(agent.assignments()).isEmpty();
        assertThat(added(libcniRunner.network("pods", "1.0.0", ENIM), "c1", netns, "-capabilities", capabilities))
                .containsKey("ips");
    }

    @Test
    void chainedBehindAndBeforeOtherPlugins() throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network(
                "pods",
                "1.0.0",
                "{\"type\":\"loopback\"}",
                ENIM,
                "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.conf.eth0.arp_notify\":\"1\"}}");
        Map<String, Object> result = added(network, "c1", netns);
        assertThat(objects(result, "interfaces").stream().map(each -> each.get("name")))
                .containsExactly("lo", "eth0");
        assertThat(objects(result, "ips").stream()
                        .filter(ip -> Integer.valueOf(1).equals(ip.get("interface"))))
                .hasSize(2);
        assertThat(PingStream.reaches(netns.toString(), GATEWAY)).isTrue();
        succeeds(network.check("c1", netns));
        succeeds(network.del("c1", netns.toString()));
        assertThat(agent.assigned("c1")).isFalse();
    }

    /** No CHECK here: portmap 1.1.1 looks for the rules of IPv4 in the table of IPv6. */
    @Test
    void aPluginBehindOursMapsPortsToTheEnisAddress() throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network(
                "pods", "1.0.0", ENIM, "{\"type\":\"portmap\",\"capabilities\":{\"portMappings\":true}}");
        String[] ports = {
            "-capabilities", "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}"
        };
        Map<String, Object> result = added(network, "c1", netns, ports);
        String address =
                String.valueOf(objects(result, "ips").get(0).get("address")).replaceAll("/.*", "");
        assertThat(HostPrograms.run("iptables-save").successful()).contains("--to-destination " + address + ":80");
        succeeds(network.del("c1", netns.toString(), ports));
        assertThat(HostPrograms.run("iptables-save").successful()).doesNotContain(address);
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void p13_aMacThatALaterPluginSetIsNoFaultAndGoneWhenTheDeviceIsOnTheHost() throws Exception {
        Path netns = sandbox("pod");
        String mac = "02:aa:bb:00:00:01";
        LibcniRunner.Network network = libcniRunner.network(
                "pods", "1.0.0", ENIM, "{\"type\":\"tuning\",\"mac\":\"" + mac + "\",\"mtu\":1400}");
        Map<String, Object> result = added(network, "c1", netns);
        assertThat(objects(result, "interfaces").get(0)).containsEntry("mac", mac);
        assertThat(inside(netns, "busybox", "ip", "link", "show", "eth0")).contains(mac, "mtu 1400");
        succeeds(network.check("c1", netns));
        // The runtime has forgotten the result, so the other plugin restores nothing.
        succeeds(network.forgetful().del("c1", ""));
        agent.awaitAllReady();
        assertThat(HostPrograms.run("busybox", "ip", "link", "show").successful())
                .doesNotContain(mac)
                .doesNotContain("mtu 1400");
    }

    @Test
    void anAddThatALaterPluginBreaksIsTakenBackByItsDel() throws Exception {
        Path netns = sandbox("pod");
        LibcniRunner.Network network = libcniRunner.network(
                "pods", "1.0.0", ENIM, "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.no.such.thing\":\"1\"}}");
        attached.add(new Attached(network, "c1"));
        assertThat(network.add("c1", netns).code()).isNotZero();
        assertThat(agent.assigned("c1")).isTrue();
        succeeds(network.del("c1", netns.toString()));
        assertThat(agent.assigned("c1")).isFalse();
    }

    /** As libcni 1.3.0 calls it, which Debian does not have: CNI_COMMAND and CNI_PATH alone, and the list. */
    @Test
    void gcAndStatusAsNewerLibrariesSendThem() throws Exception {
        Path kept = sandbox("kept");
        Path lost = sandbox("lost");
        LibcniRunner.Network network = libcniRunner.network("pods", "1.0.0", ENIM);
        added(network, "kept", kept);
        added(network, "lost", lost);
        String config = "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"enim\"%s}";
        assertThat(pluginDirectory.callForNode("STATUS", config.formatted("")).successful())
                .isEmpty();
        String valid = JSON.std.asString(List.of(Map.of("containerID", "kept", "ifname", "eth0")));
        assertThat(pluginDirectory
                        .callForNode("GC", config.formatted(",\"cni.dev/valid-attachments\":" + valid))
                        .successful())
                .isEmpty();
        assertThat(agent.assigned("kept")).isTrue();
        assertThat(agent.assigned("lost")).isFalse();
        assertThat(inside(lost, "busybox", "ip", "link", "show")).doesNotContain("eth0");
        succeeds(network.check("kept", kept));
    }
}

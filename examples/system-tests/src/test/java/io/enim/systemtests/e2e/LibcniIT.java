package io.enim.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.netlink.VethPair;
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
 * device home.
 */
class LibcniIT {
    private static final int ENIS = 3;
    private static final String ENIM = "{\"type\":\"enim\"}";
    private static final String GATEWAY = "10.80.0.1";

    @TempDir
    private static Path directory;

    private static AgentProcess agent;
    private static Plugins plugins;
    private static Libcni libcni;
    private static NetworkStage stage;

    private final List<Attached> attached = new ArrayList<>();
    private final List<String> sandboxes = new ArrayList<>();

    private record Attached(Libcni.Network network, String container) {}

    @BeforeAll
    static void start() throws Exception {
        RealPrograms.assumeThere();
        agent = new AgentProcess(directory, ENIS, Map.of());
        plugins = new Plugins(directory.resolve("bin"), agent.socket());
        libcni = Libcni.build(directory, plugins);
        stage = NetworkStage.open();
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
        try (NetworkNamespace made = stage.create(name)) {
            return made.path();
        }
    }

    private Map<String, Object> added(Libcni.Network network, String container, Path netns, String... more)
            throws Exception {
        attached.add(new Attached(network, container));
        return network.add(container, netns, more).result();
    }

    private static void succeeds(Libcni.Answer answer) {
        assertThat(answer.code()).as(answer.toString()).isZero();
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
        return Programs.run(words.toArray(String[]::new)).successful();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0"})
    void addCheckDelInEveryVersionThatTheLibrarySpeaks(String version) throws Exception {
        Path netns = sandbox("pod");
        Libcni.Network network = libcni.network("pods", version, ENIM);
        Map<String, Object> result = added(network, "c1", netns, "-args", "IgnoreUnknown=1;K8S_POD_NAME=web");
        assertThat(result).containsEntry("cniVersion", version);
        assertThat(Traffic.reaches(netns.toString(), GATEWAY)).isTrue();
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
        Libcni.Network network = libcni.network("pods", "1.0.0", ENIM);
        Map<String, Object> first = added(network, "c1", netns);
        assertThat(added(network, "c1", netns)).isEqualTo(first);
        succeeds(network.forgetful().del("c1", ""));
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void anInterfaceOfThatNameIsAnErrorAndNothingIsHeld() throws Exception {
        Path netns = sandbox("pod");
        try (NetworkNamespace inside = stage.openPath(netns)) {
            inside.addVeth(VethPair.between("eth0", "eth1"));
        }
        Libcni.Answer answer = libcni.network("pods", "1.0.0", ENIM).add("c1", netns);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(103);
        assertThat(answer.message()).contains("eth0");
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
        Libcni.Network network = libcni.network("pods", "1.0.0", ENIM);
        String address = String.valueOf(
                objects(added(network, "c1", netns), "ips").get(0).get("address"));
        succeeds(network.check("c1", netns));
        if (change.contains("name")) {
            inside(netns, "busybox", "ip", "link", "set", "eth0", "down");
        }
        inside(netns, ("busybox ip " + change.formatted(address)).split(" "));
        Libcni.Answer answer = network.check("c1", netns);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(105);
        assertThat(answer.details()).containsIgnoringCase(named);
        inside(netns, "busybox", "ip", "link", "show"); // CHECK changed nothing: the device is still there.
    }

    @Test
    void checkSeesThatTheDeviceIsGone() throws Exception {
        Path netns = sandbox("pod");
        Path other = sandbox("other");
        Libcni.Network network = libcni.network("pods", "1.0.0", ENIM);
        added(network, "c1", netns);
        try (NetworkNamespace from = stage.openPath(netns);
                NetworkNamespace to = stage.openPath(other)) {
            from.moveTo(to, "eth0");
        }
        assertThat(network.check("c1", netns).code()).isEqualTo(105);
    }

    @Test
    void validateProbesThePluginAndListsTheCapabilities() throws Exception {
        String capable = "{\"type\":\"enim\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}";
        Libcni.Answer answer = libcni.network("pods", "1.0.0", capable).validate();
        assertThat(answer.output()).contains("io.kubernetes.cri.pod-annotations");
        assertThat(libcni.network("pods", "0.2.0", ENIM).validate().message()).contains("0.2.0");
    }

    @Test
    void p8_aDeadlineEndsTheAddAndTheDelWhatIsLeftOfIt() throws Exception {
        Libcni.Network network = libcni.network("pods", "1.0.0", "{\"type\":\"enim\",\"whenEmpty\":\"wait\"}");
        for (int i = 0; i < ENIS; i++) {
            added(network, "c" + i, sandbox("pod-" + i));
        }
        Path netns = sandbox("late");
        int before = agent.answered("ADD", 102);
        attached.add(new Attached(network, "late"));
        Libcni.Answer answer = network.add("late", netns, Libcni.within(Duration.ofSeconds(1)));
        assertThat(answer.code()).as(answer.toString()).isNotZero();
        succeeds(network.del("late", netns.toString()));
        await().until(() -> agent.answered("ADD", 102) == before + 1);
        network.del("c0", "");
        await("nobody took the one that is free now").until(() -> agent.ready() == 1);
        assertThat(agent.assigned("late")).isFalse();
    }

    @Test
    void capabilitiesThatAnEniCannotGrantAreRefusedAndOthersAreNotPassed() throws Exception {
        Path netns = sandbox("pod");
        String wish = "{\"mac\":\"02:aa:00:00:00:01\"}";
        Libcni.Network declared =
                libcni.network("pods", "1.0.0", "{\"type\":\"enim\",\"capabilities\":{\"mac\":true}}");
        Libcni.Answer refused = declared.add("c1", netns, "-capabilities", wish);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.message()).contains("runtimeConfig.mac", "02:aa:00:00:00:01");
        assertThat(agent.assignments()).isEmpty();
        assertThat(added(libcni.network("pods", "1.0.0", ENIM), "c1", netns, "-capabilities", wish))
                .containsKey("ips");
    }

    @Test
    void chainedBehindAndBeforeOtherPlugins() throws Exception {
        Path netns = sandbox("pod");
        Libcni.Network network = libcni.network(
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
        assertThat(Traffic.reaches(netns.toString(), GATEWAY)).isTrue();
        succeeds(network.check("c1", netns));
        succeeds(network.del("c1", netns.toString()));
        assertThat(agent.assigned("c1")).isFalse();
    }

    /** No CHECK here: portmap 1.1.1 looks for the rules of IPv4 in the table of IPv6. */
    @Test
    void aPluginBehindOursMapsPortsToTheEnisAddress() throws Exception {
        Path netns = sandbox("pod");
        Libcni.Network network = libcni.network(
                "pods", "1.0.0", ENIM, "{\"type\":\"portmap\",\"capabilities\":{\"portMappings\":true}}");
        String[] ports = {
            "-capabilities", "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}"
        };
        Map<String, Object> result = added(network, "c1", netns, ports);
        String address =
                String.valueOf(objects(result, "ips").get(0).get("address")).replaceAll("/.*", "");
        assertThat(Programs.run("iptables-save").successful()).contains("--to-destination " + address + ":80");
        succeeds(network.del("c1", netns.toString(), ports));
        assertThat(Programs.run("iptables-save").successful()).doesNotContain(address);
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void p13_aMacThatALaterPluginSetIsNoFaultAndGoneWhenTheDeviceIsHome() throws Exception {
        Path netns = sandbox("pod");
        String mac = "02:aa:bb:00:00:01";
        Libcni.Network network =
                libcni.network("pods", "1.0.0", ENIM, "{\"type\":\"tuning\",\"mac\":\"" + mac + "\",\"mtu\":1400}");
        Map<String, Object> result = added(network, "c1", netns);
        assertThat(objects(result, "interfaces").get(0)).containsEntry("mac", mac);
        assertThat(inside(netns, "busybox", "ip", "link", "show", "eth0")).contains(mac, "mtu 1400");
        succeeds(network.check("c1", netns));
        // The runtime has forgotten the result, so the other plugin restores nothing.
        succeeds(network.forgetful().del("c1", ""));
        agent.awaitAllReady();
        assertThat(Programs.run("busybox", "ip", "link", "show").successful())
                .doesNotContain(mac)
                .doesNotContain("mtu 1400");
    }

    @Test
    void anAddThatALaterPluginBreaksIsTakenBackByItsDel() throws Exception {
        Path netns = sandbox("pod");
        Libcni.Network network = libcni.network(
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
        Libcni.Network network = libcni.network("pods", "1.0.0", ENIM);
        added(network, "kept", kept);
        added(network, "lost", lost);
        String config = "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"enim\"%s}";
        assertThat(plugins.upkeep("STATUS", config.formatted("")).successful()).isEmpty();
        String valid = JSON.std.asString(List.of(Map.of("containerID", "kept", "ifname", "eth0")));
        assertThat(plugins.upkeep("GC", config.formatted(",\"cni.dev/valid-attachments\":" + valid))
                        .successful())
                .isEmpty();
        assertThat(agent.assigned("kept")).isTrue();
        assertThat(agent.assigned("lost")).isFalse();
        assertThat(inside(lost, "busybox", "ip", "link", "show")).doesNotContain("eth0");
        succeeds(network.check("kept", kept));
    }
}

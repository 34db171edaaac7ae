package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.systemtests.e2e.LibcniRunner.LibcniResult;
import io.enim.systemtests.e2e.LibcniRunner.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reference library and Debian's plugins around ours, on real devices. After each test, every ENI is ready and every
 * device on the host.
 */
class LibcniIT extends LibcniLifecycle {
    private static final int ENIS = 3;
    private static final String ENIM = "{\"type\":\"enim\"}";

    private final List<Attached> attached = new ArrayList<>();
    private final List<String> sandboxes = new ArrayList<>();
    private Path netns;

    private record Attached(Network network, String container) {}

    LibcniIT() {
        super(ENIS);
    }

    @BeforeEach
    void makeSandbox() {
        netns = sandbox("pod");
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceHome() throws Exception {
        for (Attached each : attached) {
            each.network().del(each.container(), "");
        }
        attached.clear();
        agent.awaitAllReady();
        sandboxes.forEach(testbed::delete);
        sandboxes.clear();
    }

    private Path sandbox(String name) {
        sandboxes.add(name);
        return namespace(name);
    }

    private Map<String, Object> added(Network network, String container, Path netns, String... more) throws Exception {
        attached.add(new Attached(network, container));
        return network.add(container, netns, more).result();
    }

    /** The values of a key in the objects of a list. */
    private static List<String> values(Map<String, Object> json, String list, String key) {
        return ((List<?>) json.get(list))
                .stream()
                        .map(each -> String.valueOf(((Map<?, ?>) each).get(key)))
                        .toList();
    }

    /** Runs a command of ip in a namespace. */
    private static String ip(Path netns, String command) throws Exception {
        return HostPrograms.run(("nsenter --net=" + netns + " busybox ip " + command).split(" "))
                .successful();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0"})
    void addCheckDelInEveryVersionThatTheLibrarySpeaks(String version) throws Exception {
        Network network = libcni.network("pods", version, ENIM);
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
        Network network = network(ENIM);
        Map<String, Object> first = added(network, "c1", netns);
        assertThat(added(network, "c1", netns)).isEqualTo(first);
        succeeds(network.forgetful().del("c1", ""));
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void anInterfaceOfThatNameIsAnErrorAndNothingIsHeld() throws Exception {
        try (TestbedNamespace inside = testbed.openPath(netns)) {
            inside.addVeth(VethPair.between("eth0", "eth1"));
        }
        LibcniResult result = network(ENIM).add("c1", netns);
        assertThat(result.code()).as(result.toString()).isEqualTo(103);
        assertThat(result.message()).contains("eth0");
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
        Network network = network(ENIM);
        String address = values(added(network, "c1", netns), "ips", "address").get(0);
        succeeds(network.check("c1", netns));
        if (change.contains("name")) {
            ip(netns, "link set eth0 down");
        }
        ip(netns, change.formatted(address));
        LibcniResult result = network.check("c1", netns);
        assertThat(result.code()).as(result.toString()).isEqualTo(105);
        assertThat(result.details()).containsIgnoringCase(named);
        ip(netns, "link show"); // CHECK changed nothing: the device is still there.
    }

    @Test
    void checkSeesThatTheDeviceIsGone() throws Exception {
        Path other = sandbox("other");
        Network network = network(ENIM);
        added(network, "c1", netns);
        try (TestbedNamespace from = testbed.openPath(netns);
                TestbedNamespace to = testbed.openPath(other)) {
            from.moveTo(to, "eth0");
        }
        assertThat(network.check("c1", netns).code()).isEqualTo(105);
    }

    @Test
    void validateProbesThePluginAndListsTheCapabilities() throws Exception {
        String capable = "{\"type\":\"enim\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}";
        LibcniResult result = network(capable).validate();
        assertThat(result.output()).contains("io.kubernetes.cri.pod-annotations");
        assertThat(libcni.network("pods", "0.2.0", ENIM).validate().message()).contains("0.2.0");
    }

    @Test
    void p8_aDeadlineEndsTheAddAndTheDelWhatIsLeftOfIt() throws Exception {
        Network network = network("{\"type\":\"enim\",\"whenEmpty\":\"wait\"}");
        for (int i = 0; i < ENIS; i++) {
            added(network, "c" + i, sandbox("pod-" + i));
        }
        Path late = sandbox("late");
        int before = agent.abandonedAdds();
        attached.add(new Attached(network, "late"));
        LibcniResult result = network.add("late", late, "-timeout", "1000ms");
        assertThat(result.code()).as(result.toString()).isNotZero();
        succeeds(network.del("late", late.toString()));
        await().until(() -> agent.abandonedAdds() == before + 1);
        network.del("c0", "");
        await("none took the one that is free now").until(() -> agent.ready() == 1);
        assertThat(agent.assigned("late")).isFalse();
    }

    @Test
    void capabilitiesThatNoEniCanGrantAreRefusedAndOthersAreNotPassed() throws Exception {
        String capabilities = "{\"mac\":\"02:aa:00:00:00:01\"}";
        Network declared = network("{\"type\":\"enim\",\"capabilities\":{\"mac\":true}}");
        LibcniResult refused = declared.add("c1", netns, "-capabilities", capabilities);
        assertThat(refused.code()).isEqualTo(7);
        assertThat(refused.message()).contains("02:aa:00:00:00:01", "no ENI of this node fits");
        assertThat(agent.assignments()).isEmpty();
        assertThat(added(network(ENIM), "c1", netns, "-capabilities", capabilities))
                .containsKey("ips");
    }

    @Test
    void chainedBehindAndBeforeOtherPlugins() throws Exception {
        Network network = network(
                "{\"type\":\"loopback\"}",
                ENIM,
                "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.conf.eth0.arp_notify\":\"1\"}}");
        Map<String, Object> result = added(network, "c1", netns);
        assertThat(values(result, "interfaces", "name")).containsExactly("lo", "eth0");
        assertThat(values(result, "ips", "interface")).filteredOn("1"::equals).hasSize(2);
        assertThat(PingStream.reaches(netns.toString(), GATEWAY)).isTrue();
        succeeds(network.check("c1", netns));
        succeeds(network.del("c1", netns.toString()));
        assertThat(agent.assigned("c1")).isFalse();
    }

    /** No CHECK here: portmap 1.1.1 looks for the rules of IPv4 in the table of IPv6. */
    @Test
    void aPluginBehindOursMapsPortsToTheEnisAddress() throws Exception {
        Network network = network(ENIM, "{\"type\":\"portmap\",\"capabilities\":{\"portMappings\":true}}");
        String[] ports = {
            "-capabilities", "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}"
        };
        Map<String, Object> result = added(network, "c1", netns, ports);
        String address = values(result, "ips", "address").get(0).replaceAll("/.*", "");
        assertThat(HostPrograms.run("iptables-save").successful()).contains("--to-destination " + address + ":80");
        succeeds(network.del("c1", netns.toString(), ports));
        assertThat(HostPrograms.run("iptables-save").successful()).doesNotContain(address);
        assertThat(agent.assigned("c1")).isFalse();
    }

    @Test
    void p13_aMacThatALaterPluginSetIsNoFaultAndGoneWhenTheDeviceIsOnTheHost() throws Exception {
        String mac = "02:aa:bb:00:00:01";
        Network network = network(ENIM, "{\"type\":\"tuning\",\"mac\":\"" + mac + "\",\"mtu\":1400}");
        Map<String, Object> result = added(network, "c1", netns);
        assertThat(values(result, "interfaces", "mac")).startsWith(mac);
        assertThat(ip(netns, "link show eth0")).contains(mac, "mtu 1400");
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
        Network network = network(ENIM, "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.no.such.thing\":\"1\"}}");
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
        Network network = network(ENIM);
        added(network, "kept", kept);
        added(network, "lost", lost);
        String config = "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"enim\"%s}";
        assertThat(plugins.callForNode("STATUS", config.formatted("")).successful())
                .isEmpty();
        String valid = JSON.std.asString(List.of(Map.of("containerID", "kept", "ifname", "eth0")));
        assertThat(plugins.callForNode("GC", config.formatted(",\"cni.dev/valid-attachments\":" + valid))
                        .successful())
                .isEmpty();
        assertThat(agent.assigned("kept")).isTrue();
        assertThat(agent.assigned("lost")).isFalse();
        assertThat(ip(lost, "link show")).doesNotContain("eth0");
        succeeds(network.check("kept", kept));
    }
}

package io.enim.examples.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.examples.agent.demo.CloudSide.Moment;
import io.enim.examples.agent.demo.CloudSide.Truth;
import io.enim.examples.agent.demo.PluginCall.Printed;
import io.enim.examples.agent.demo.View.EniRow;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.provider.fake.model.ModelEni.State;
import io.enim.spi.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same agent on each cloud, as a process of its own, with the CNI plugin, real devices and containers. What counts is
 * the cloud's own view of what there is. On failure the agent's log is shown.
 */
class CloudsIT {
    private static final Path PLUGIN = Path.of("cni", "enim").toAbsolutePath();
    private static final int WARM = 1;

    @TempDir
    Path directory;

    private final NetworkStage stage = NetworkStage.open();
    private final Map<String, VethContainer> containers = new LinkedHashMap<>();
    private final Map<String, Printed> answers = new HashMap<>();
    private VethWorld world;
    private CloudSide cloud;
    private View view;
    private PluginCall plugin;

    @BeforeEach
    void stage() {
        String namespaces = System.getProperty("enim.it.namespaces", "not started through .ci/private-netns");
        requireOrSay(namespaces.equals("private"), "private namespaces are " + namespaces);
        requireOrSay(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "curl"))),
                "the CNI plugin needs curl, which is not installed");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try (NetworkNamespace home = stage.home()) {
            home.setUp("lo"); // The clouds listen there.
        }
        world = new VethWorld(directory);
        view = new View(world.socket());
        plugin = new PluginCall(PLUGIN, world.socket());
    }

    private static void requireOrSay(boolean so, String reason) {
        if (!so) {
            System.out.println("CloudsIT is left out: " + reason);
        }
        assumeTrue(so, reason);
    }

    @AfterEach
    void clear() {
        if (world != null) {
            world.close();
        }
        containers.values().forEach(VethContainer::kill);
        if (cloud != null) {
            cloud.close();
        }
        stage.names().forEach(stage::delete);
        stage.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "bce", "fake"})
    void p1_p5_p12_anAgentsWholeLifeLeavesNothingAtTheCloud(String provider) {
        cloud = switch (provider) {
            case "aws" -> new StandInSide.Aws();
            case "bce" -> new StandInSide.Bce();
            default -> new FakeSide(directory);
        };
        try {
            live(provider);
        } catch (DemoException | AssertionError e) {
            System.out.println("The cloud has " + cloud.enis() + ". The agent's log:\n" + world.log());
            throw e;
        }
    }

    private void live(String provider) {
        assertThat(cloud.enis()).as("the cloud before the first agent").isEmpty();
        world.startAgent(start(provider, WARM));
        awaitCalm(WARM);

        add("web");
        awaitCalm(1 + WARM);
        assertThat(cloud.made()).isEqualTo(1 + WARM);

        int pods = 1;
        for (Moment moment : cloud.moments()) {
            killAt(moment, "cart" + pods, provider);
            pods++;
            awaitCalm(pods + WARM);
            assertThat(cloud.made()).as("ENIs made, none of them twice").isEqualTo(pods + WARM);
        }
        assertThat(view.holders()).isEqualTo(containers.keySet());
        containers.keySet().forEach(this::requireTraffic);

        for (String pod : List.copyOf(containers.keySet())) {
            delete(pod);
        }
        cloud.letGo();
        awaitCalm(WARM);

        world.stopAgent();
        assertThat(cloud.enis())
                .as("an agent that ends leaves its ENIs to the next")
                .hasSize(WARM);
        world.startAgent(start(provider, 0));
        Patience.until("the cloud is empty again", () -> cloud.enis().isEmpty());
        Patience.until("no device is left", () -> devicesAtHome().isEmpty());
    }

    private AgentStart start(String provider, int warm) {
        Map<String, String> settings = new HashMap<>(cloud.settings());
        settings.put("agent.socket", world.socket().toString());
        settings.put("enim.node", "e2e");
        settings.put("enim.devices", "linux");
        settings.put("enim.run-dir", directory.resolve("run").toString());
        settings.put("enim.state-dir", directory.resolve("state").toString());
        settings.put("enim.pool.warm", Integer.toString(warm));
        settings.put("enim.pool.max", "6");
        settings.put("enim.pool.cooldown", "200ms");
        settings.put("enim.pool.idle", "1s");
        settings.put("enim.pool.poll-initial", "100ms");
        settings.put("enim.pool.reconcile", "2s");
        settings.put("enim.pool.rate", "100");
        settings.put("enim.gc.interval", "1s");
        settings.put("enim.gc.age", "2s");
        return new AgentStart(provider, settings, cloud.environment());
    }

    /** All there is at the cloud is attached, known to the agent, and free or held as it should be. */
    private void awaitCalm(int enis) {
        Patience.until(
                "the cloud has " + enis + " ENIs, attached and known to the agent, " + WARM + " of them free",
                () -> view.lists()
                        && cloud.isCalm()
                        && cloud.ids().size() == enis
                        && view.ready() == WARM
                        && cloud.ids()
                                .equals(view.enis().stream().map(EniRow::id).collect(Collectors.toSet())));
        for (EniRow eni : view.enis()) {
            assertThat(world.isHome(eni.mac()))
                    .as("the device of %s is at home when it is free", eni)
                    .isEqualTo(eni.holder().isEmpty());
        }
    }

    /** The ADD of a pod takes the warm ENI; while the pool makes another, the agent dies. */
    private void killAt(Moment moment, String pod, String provider) {
        Set<String> before = cloud.ids();
        cloud.holdUp(moment);
        add(pod);
        Patience.until("the agent is held up: " + moment, cloud::isHeldUp);
        world.killAgent();
        Set<String> unfinished = new HashSet<>(cloud.ids());
        unfinished.removeAll(before);
        assertThat(cloud.enis())
                .filteredOn(eni -> unfinished.contains(eni.id()))
                .as("what the dead agent left")
                .singleElement()
                .extracting(Truth::state)
                .isEqualTo(State.AVAILABLE);
        world.startAgent(start(provider, WARM));
        Patience.until(
                "the unfinished ENI is ready",
                () -> view.lists() && unfinished.stream().allMatch(view::isReady));
    }

    private void add(String pod) {
        containers.put(pod, new VethContainer(pod));
        Printed answer = call("ADD", pod);
        assertThat(answer.exit()).as("ADD %s: %s", pod, answer.output()).isZero();
        answers.put(pod, answer);
        EniRow eni = view.heldBy(pod);
        assertThat(world.isHome(eni.mac())).as("the device of %s moved in", eni).isFalse();
        Truth truth = cloud.enis().stream()
                .filter(each -> each.id().equals(eni.id()))
                .findFirst()
                .orElseThrow();
        assertThat(eni.mac()).isEqualTo(truth.mac());
        assertThat(answer.addresses()).containsExactlyInAnyOrderElementsOf(truth.addresses());
        requireTraffic(pod);
    }

    /** Through the ENI to the gateways and to every other pod. */
    private void requireTraffic(String pod) {
        VethContainer from = containers.get(pod);
        assertThat(answers.get(pod).gateways())
                .as("gateways that %s reaches", pod)
                .hasSize(2)
                .allMatch(gateway -> from.reaches(gateway.startsWith("fe80:") ? gateway + "%eth0" : gateway));
        answers.forEach((other, answer) -> assertThat(answer.addresses())
                .as("addresses of %s that %s reaches", other, pod)
                .allMatch(address -> other.equals(pod) || from.reaches(address)));
    }

    private void delete(String pod) {
        EniRow eni = view.heldBy(pod);
        assertThat(call("DEL", pod).exit()).as("DEL %s", pod).isZero();
        assertThat(world.isHome(eni.mac())).as("the device of %s is home", eni).isTrue();
        assertThat(view.holders()).doesNotContain(pod);
        containers.remove(pod).kill();
        answers.remove(pod);
    }

    private Printed call(String command, String pod) {
        return plugin.call(
                command,
                pod,
                pod + "-0123456789abcdef",
                containers.get(pod).netns().toString(),
                "");
    }

    private List<String> devicesAtHome() {
        try (NetworkNamespace home = stage.home()) {
            return home.devices().stream().map(Device::name).toList();
        }
    }
}

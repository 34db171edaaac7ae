package io.enim.systemtests.clouds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.examples.demo.AgentProbe;
import io.enim.examples.demo.AgentProbe.EniRow;
import io.enim.examples.demo.Await;
import io.enim.examples.demo.CniPlugin;
import io.enim.examples.demo.CniPlugin.PluginOutput;
import io.enim.examples.demo.DemoException;
import io.enim.examples.demo.VethContainer;
import io.enim.examples.demo.VethEnvironment;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.spi.Device;
import io.enim.systemtests.clouds.CloudBackend.ActualEni;
import io.enim.systemtests.clouds.CloudBackend.PausePoint;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One agent's whole life on a cloud, the same for each: a process of its own, with the CNI plugin, real devices and
 * containers. What counts is the cloud's own view of what there is. On failure the agent's log is shown. Most of the time
 * is waited for, so each cloud has a class, and a JVM, of its own.
 */
abstract class CloudAgentLifecycle {
    private static final Path PLUGIN = Path.of("..", "agent", "cni", "enim").toAbsolutePath();
    private static final int WARM = 1;

    @TempDir
    Path directory;

    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final Map<String, VethContainer> containers = new LinkedHashMap<>();
    private final Map<String, PluginOutput> outputs = new HashMap<>();
    private VethEnvironment environment;
    private CloudBackend cloud;
    private AgentProbe agent;
    private CniPlugin plugin;

    @BeforeEach
    void prepare() {
        String namespaces = System.getProperty("enim.it.namespaces", "not started through .ci/private-netns");
        requireOrSay(namespaces.equals("private"), "private namespaces are " + namespaces);
        requireOrSay(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "curl"))),
                "the CNI plugin needs curl, which is not installed");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try (TestbedNamespace host = testbed.host()) {
            host.setUp("lo"); // The clouds listen there.
        }
        environment = new VethEnvironment(directory);
        agent = new AgentProbe(environment.socket());
        plugin = new CniPlugin(PLUGIN, environment.socket());
    }

    private void requireOrSay(boolean so, String reason) {
        if (!so) {
            System.out.println(getClass().getSimpleName() + " is left out: " + reason);
        }
        assumeTrue(so, reason);
    }

    @AfterEach
    void clear() {
        if (environment != null) {
            environment.close();
        }
        containers.values().forEach(VethContainer::kill);
        if (cloud != null) {
            cloud.close();
        }
        testbed.names().forEach(testbed::delete);
        testbed.close();
    }

    abstract CloudBackend newCloud(Path directory);

    /** The name of the provider. */
    abstract String provider();

    @Test
    void p1_p5_p12_anAgentsWholeLifeLeavesNothingAtTheCloud() {
        cloud = newCloud(directory);
        try {
            runLifecycle();
        } catch (DemoException | AssertionError e) {
            System.out.println("The cloud has " + cloud.enis() + ". The agent's log:\n" + environment.log());
            throw e;
        }
    }

    private void runLifecycle() {
        assertThat(cloud.enis()).as("the cloud before the first agent").isEmpty();
        startAgent(WARM);
        awaitSettled(WARM);

        add("web");
        awaitSettled(1 + WARM);
        assertThat(cloud.createdCount()).isEqualTo(1 + WARM);

        int pods = 1;
        for (PausePoint pausePoint : cloud.pausePoints()) {
            killAt(pausePoint, "cart" + pods);
            pods++;
            awaitSettled(pods + WARM);
            assertThat(cloud.createdCount()).as("ENIs made, none of them twice").isEqualTo(pods + WARM);
        }
        assertThat(agent.holders()).isEqualTo(containers.keySet());
        containers.keySet().forEach(this::requireTraffic);

        for (String pod : List.copyOf(containers.keySet())) {
            delete(pod);
        }
        cloud.resumeCalls();
        awaitSettled(WARM);

        environment.stopAgent();
        assertThat(cloud.enis())
                .as("an agent that ends leaves its ENIs to the next")
                .hasSize(WARM);
        startAgent(0);
        Await.until("the cloud is empty again", () -> cloud.enis().isEmpty());
        Await.until("no device is left", () -> devicesOnHost().isEmpty());
    }

    private void startAgent(int warm) {
        Map<String, String> settings = new HashMap<>(cloud.settings());
        settings.put("agent.socket", environment.socket().toString());
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
        settings.put("enim.provider", provider());
        environment.startAgent(settings, cloud.environment());
    }

    /** All there is at the cloud is attached, known to the agent, and free or held as it should be. */
    private void awaitSettled(int enis) {
        Await.until(
                "the cloud has " + enis + " ENIs, attached and known to the agent, " + WARM + " of them free",
                () -> agent.listsEnis()
                        && cloud.isAllAttached()
                        && cloud.ids().size() == enis
                        && agent.readyCount() == WARM
                        && cloud.ids()
                                .equals(agent.enis().stream().map(EniRow::id).collect(Collectors.toSet())));
        for (EniRow eni : agent.enis()) {
            assertThat(environment.isOnHost(eni.mac()))
                    .as("the device of %s is on the host when it is free", eni)
                    .isEqualTo(eni.holder().isEmpty());
        }
    }

    /** The ADD of a pod takes the warm ENI; while the pool makes another, the agent dies. */
    private void killAt(PausePoint pausePoint, String pod) {
        Set<String> before = cloud.ids();
        cloud.pauseAt(pausePoint);
        add(pod);
        Await.until("the agent's call is paused: " + pausePoint, cloud::isPaused);
        environment.killAgent();
        Set<String> unfinished = new HashSet<>(cloud.ids());
        unfinished.removeAll(before);
        assertThat(cloud.enis())
                .filteredOn(eni -> unfinished.contains(eni.id()))
                .as("the ENI that the dead agent did not finish")
                .singleElement()
                .extracting(ActualEni::state)
                .isEqualTo(State.AVAILABLE);
        startAgent(WARM);
        Await.until(
                "the unfinished ENI is ready",
                () -> agent.listsEnis() && unfinished.stream().allMatch(agent::isReady));
    }

    private void add(String pod) {
        containers.put(pod, new VethContainer(pod));
        PluginOutput output = call("ADD", pod);
        assertThat(output.exit()).as("ADD %s: %s", pod, output.output()).isZero();
        outputs.put(pod, output);
        EniRow eni = agent.eniOf(pod);
        assertThat(environment.isOnHost(eni.mac()))
                .as("the device of %s moved in", eni)
                .isFalse();
        ActualEni actualEni = cloud.enis().stream()
                .filter(each -> each.id().equals(eni.id()))
                .findFirst()
                .orElseThrow();
        assertThat(eni.mac()).isEqualTo(actualEni.mac());
        assertThat(output.addresses()).containsExactlyInAnyOrderElementsOf(actualEni.addresses());
        requireTraffic(pod);
    }

    /** Through the ENI to the gateways and to every other pod. */
    private void requireTraffic(String pod) {
        VethContainer from = containers.get(pod);
        assertThat(outputs.get(pod).gateways())
                .as("gateways that %s reaches", pod)
                .hasSize(2)
                .allMatch(gateway -> from.reaches(gateway.startsWith("fe80:") ? gateway + "%eth0" : gateway));
        outputs.forEach((other, output) -> assertThat(output.addresses())
                .as("addresses of %s that %s reaches", other, pod)
                .allMatch(address -> other.equals(pod) || from.reaches(address)));
    }

    private void delete(String pod) {
        EniRow eni = agent.eniOf(pod);
        assertThat(call("DEL", pod).exit()).as("DEL %s", pod).isZero();
        assertThat(environment.isOnHost(eni.mac()))
                .as("the device of %s is back on the host", eni)
                .isTrue();
        assertThat(agent.holders()).doesNotContain(pod);
        containers.remove(pod).kill();
        outputs.remove(pod);
    }

    private PluginOutput call(String command, String pod) {
        return plugin.call(
                command,
                pod,
                pod + "-0123456789abcdef",
                containers.get(pod).netns().toString(),
                "");
    }

    private List<String> devicesOnHost() {
        try (TestbedNamespace host = testbed.host()) {
            return host.devices().stream().map(Device::name).toList();
        }
    }
}

package io.enim.systemtests.clouds;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.enim.systemtests.clouds.CloudBackend.ActualEni;
import io.enim.systemtests.clouds.CloudBackend.PausePoint;
import io.enim.systemtests.e2e.AgentProcess;
import io.enim.systemtests.e2e.PluginBuild;
import io.enim.testing.PrivateNamespaces;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One agent's whole life on a cloud, the same for each: a process of its own, with the CNI plugin, real devices and
 * containers. What counts is the cloud's own view of what there is. On failure the agent's log is shown. Most of the time
 * is waited for, so each cloud has a class, and a JVM, of its own.
 */
@PrivateNamespaces
abstract class CloudAgentLifecycle {
    private static final int WARM = 1;

    @TempDir
    Path directory;

    private final String provider;
    private final Function<Path, CloudBackend> clouds;
    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final TestbedNamespace host = testbed.host();
    private final Map<String, VethContainer> containers = new LinkedHashMap<>();
    private final Map<String, PluginOutput> outputs = new HashMap<>();
    private VethEnvironment environment;
    private CloudBackend cloud;
    private AgentProbe agent;
    private CniPlugin plugin;

    CloudAgentLifecycle(String provider, Function<Path, CloudBackend> clouds) {
        this.provider = provider;
        this.clouds = clouds;
    }

    @BeforeEach
    void prepare() throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        host.setUp("lo"); // The clouds listen there.
        environment = new VethEnvironment(directory);
        agent = new AgentProbe(environment.socket());
        plugin = new CniPlugin(PluginBuild.into(directory.resolve("bin")), environment.socket());
        cloud = clouds.apply(directory);
    }

    @AfterEach
    void clear() {
        if (cloud != null) {
            environment.close();
            containers.values().forEach(VethContainer::kill);
            cloud.close();
        }
        testbed.names().forEach(testbed::delete);
        host.close();
        testbed.close();
    }

    @Test
    void p1_p5_p12_anAgentsWholeLifeLeavesNothingAtTheCloud() {
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

        List.copyOf(containers.keySet()).forEach(this::delete);
        cloud.resumeCalls();
        // The agent lists what it deleted for some time, so the cloud alone says when the pool has shrunk.
        Await.until("the pool has shrunk", () -> cloud.enis().size() == WARM && agent.readyCount() == WARM);
        assertThat(cloud.enis()).allMatch(eni -> environment.isOnHost(eni.mac()));

        environment.stopAgent();
        assertThat(cloud.enis())
                .as("an agent that ends leaves its ENIs to the next")
                .hasSize(WARM);
        startAgent(0);
        Await.until("the cloud is empty again", () -> cloud.enis().isEmpty());
        Await.until("no device is left", () -> host.devices().isEmpty());
    }

    private void startAgent(int warm) {
        Map<String, String> settings = AgentProcess.settings(provider, directory);
        settings.putAll(cloud.settings());
        settings.put("enim.pool.warm", Integer.toString(warm));
        settings.put("enim.pool.max", "6");
        settings.put("enim.pool.idle", "1s");
        settings.put("enim.pool.poll-initial", "100ms");
        settings.put("enim.pool.reconcile", "2s");
        environment.startAgent(settings, cloud.environment());
    }

    /** All there is at the cloud is attached, known to the agent, and free or held as it should be. */
    private void awaitSettled(int enis) {
        Await.until(
                "the cloud has " + enis + " ENIs, attached and known to the agent, " + WARM + " of them free",
                () -> cloud.isAllAttached()
                        && cloud.ids().size() == enis
                        && agent.listsEnis()
                        && agent.readyCount() == WARM
                        && agent.enis().stream()
                                .map(EniRow::id)
                                .collect(toSet())
                                .equals(cloud.ids()));
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
                () -> cloud.isAllAttached()
                        && agent.listsEnis()
                        && unfinished.stream().allMatch(agent::isReady));
    }

    private void add(String pod) {
        containers.put(pod, new VethContainer(pod));
        PluginOutput output = call("ADD", pod);
        outputs.put(pod, output);
        EniRow eni = agent.eniOf(pod);
        assertThat(environment.isOnHost(eni.mac()))
                .as("the device of %s moved in", eni)
                .isFalse();
        assertThat(cloud.enis())
                .filteredOn(each -> each.id().equals(eni.id()))
                .singleElement()
                .satisfies(actual -> {
                    assertThat(actual.mac()).isEqualTo(eni.mac());
                    assertThat(output.addresses()).containsExactlyInAnyOrderElementsOf(actual.addresses());
                });
        requireTraffic(pod);
    }

    /** Through the ENI to the gateways and to every other pod. */
    private void requireTraffic(String pod) {
        VethContainer from = containers.get(pod);
        assertThat(outputs.get(pod).gateways())
                .as("gateways that %s reaches", pod)
                .hasSize(2)
                .allMatch(gateway -> reaches(from, gateway.startsWith("fe80:") ? gateway + "%eth0" : gateway));
        outputs.forEach((other, output) -> assertThat(output.addresses())
                .as("addresses of %s that %s reaches", other, pod)
                .allMatch(address -> other.equals(pod) || reaches(from, address)));
    }

    /** On a busy machine an answer may take longer than one question waits. */
    private static boolean reaches(VethContainer from, String address) {
        return IntStream.range(0, 10).anyMatch(i -> from.reaches(address));
    }

    private void delete(String pod) {
        EniRow eni = agent.eniOf(pod);
        call("DEL", pod);
        assertThat(environment.isOnHost(eni.mac()))
                .as("the device of %s is back on the host", eni)
                .isTrue();
        assertThat(agent.holders()).doesNotContain(pod);
        containers.remove(pod).kill();
        outputs.remove(pod);
    }

    private PluginOutput call(String command, String pod) {
        String netns = containers.get(pod).netns().toString();
        PluginOutput output = plugin.call(command, pod, pod + "-0123456789abcdef", netns, "");
        assertThat(output.exit()).as("%s %s: %s", command, pod, output.output()).isZero();
        return output;
    }
}

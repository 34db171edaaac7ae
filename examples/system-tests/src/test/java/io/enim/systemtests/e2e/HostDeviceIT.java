package io.enim.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.spi.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ENIM as the address management of Debian's host-device plugin, which moves the device itself. After each test, the ENI
 * is ready and its device home under its own name.
 */
class HostDeviceIT {
    private static final String GATEWAY = "10.80.0.1";

    @TempDir
    private static Path directory;

    private static AgentProcess agent;
    private static Plugins plugins;
    private static Libcni libcni;
    private static NetworkStage stage;
    private static String mac;
    private static String name;

    private final String sandbox = "pod";
    private Path netns;

    @BeforeAll
    static void start() throws Exception {
        RealPrograms.assumeThere();
        agent = new AgentProcess(directory, 1, Map.of());
        plugins = new Plugins(directory.resolve("bin"), agent.socket());
        libcni = Libcni.build(directory, plugins);
        stage = NetworkStage.open();
        mac = String.valueOf(agent.enis().get(0).get("mac"));
        name = homeName();
        agent.ask("gc"); // Records how devices are at home.
    }

    @AfterAll
    static void end() {
        if (agent != null) {
            agent.close();
            stage.close();
        }
    }

    @AfterEach
    void p2_theEniIsReadyAndItsDeviceHome() throws Exception {
        agent.awaitAllReady();
        assertThat(homeName()).isEqualTo(name);
        if (stage.names().contains(sandbox)) {
            stage.delete(sandbox);
        }
    }

    private static String homeName() {
        try (NetworkNamespace home = stage.home()) {
            return home.devices().stream()
                    .filter(device -> device.identity().toString().equals(mac))
                    .map(Device::name)
                    .findFirst()
                    .orElse("not at home");
        }
    }

    private void makeSandbox() {
        try (NetworkNamespace made = stage.create(sandbox)) {
            netns = made.path();
        }
    }

    private static Libcni.Network network() throws Exception {
        return libcni.network(
                "pods", "1.0.0", "{\"type\":\"host-device\",\"hwaddr\":\"" + mac + "\",\"ipam\":{\"type\":\"enim\"}}");
    }

    private Map<String, Object> added(Libcni.Network network) throws Exception {
        makeSandbox();
        Map<String, Object> result = network.add("c1", netns).result();
        assertThat(homeName()).isEqualTo("not at home");
        return result;
    }

    /** A GC of this network in which nobody is alive, as newer libraries send it. */
    private static Programs.Ended gc() throws Exception {
        return plugins.upkeep(
                "GC",
                "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"},"
                        + "\"cni.dev/valid-attachments\":[]}");
    }

    @Test
    void hostDeviceMovesTheDeviceThatWasAssigned() throws Exception {
        Libcni.Network network = network();
        Map<String, Object> result = added(network);
        assertThat((List<?>) result.get("ips")).hasSize(2);
        assertThat(Traffic.reaches(netns.toString(), GATEWAY)).isTrue();
        assertThat(network.add("c2", netns).code()).isNotZero();
        assertThat(network.del("c1", netns.toString()).code()).isZero();
        assertThat(homeName()).isEqualTo(name);
        assertThat(network.del("c1", "").code()).isZero();
    }

    @Test
    void p2_theEniIsNotFreeBetweenItsDelAndTheDevicesReturn() throws Exception {
        Libcni.Network network = network();
        added(network);
        String config =
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}}";
        assertThat(plugins.call("DEL", "c1", netns.toString(), config).successful())
                .isEmpty();
        assertThat(agent.ready()).isZero();
        assertThat(network.del("c1", netns.toString()).code()).isZero();
    }

    @Test
    void gcFetchesTheDeviceThatNobodyBroughtBack() throws Exception {
        added(network());
        await("the other plugin had its time, and the device is fetched")
                .atMost(AgentProcess.PATIENCE)
                .until(() -> gc().status() == 0 && agent.ready() == 1);
        assertThat(stage.names()).contains(sandbox);
    }

    @Test
    void gcFreesTheEniWhoseDeviceFellHomeWithItsNamespace() throws Exception {
        added(network());
        stage.delete(sandbox);
        await("the endpoint is collected").atMost(AgentProcess.PATIENCE).until(() -> gc().status() == 0);
    }
}

package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
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
 * is ready and its device on the host under its own name.
 */
class HostDeviceIT {
    private static final String GATEWAY = "10.80.0.1";

    @TempDir
    private static Path directory;

    private static AgentProcess agent;
    private static PluginDirectory pluginDirectory;
    private static LibcniRunner libcniRunner;
    private static NetworkTestbed stage;
    private static String mac;
    private static String name;

    private final String sandbox = "pod";
    private Path netns;

    @BeforeAll
    static void start() throws Exception {
        InstalledPrograms.assumeThere();
        agent = new AgentProcess(directory, 1, Map.of());
        pluginDirectory = new PluginDirectory(directory.resolve("bin"), agent.socket());
        libcniRunner = LibcniRunner.build(directory, pluginDirectory);
        stage = NetworkTestbed.open();
        mac = String.valueOf(agent.enis().get(0).get("mac"));
        name = hostName();
        agent.ask("gc"); // Records how devices are on the host.
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
        assertThat(hostName()).isEqualTo(name);
        if (stage.names().contains(sandbox)) {
            stage.delete(sandbox);
        }
    }

    private static String hostName() {
        try (TestbedNamespace host = stage.host()) {
            return host.devices().stream()
                    .filter(device -> device.identity().toString().equals(mac))
                    .map(Device::name)
                    .findFirst()
                    .orElse("not on the host");
        }
    }

    private void makeSandbox() {
        try (TestbedNamespace made = stage.create(sandbox)) {
            netns = made.path();
        }
    }

    private static LibcniRunner.Network network() throws Exception {
        return libcniRunner.network(
                "pods", "1.0.0", "{\"type\":\"host-device\",\"hwaddr\":\"" + mac + "\",\"ipam\":{\"type\":\"enim\"}}");
    }

    private Map<String, Object> added(LibcniRunner.Network network) throws Exception {
        makeSandbox();
        Map<String, Object> result = network.add("c1", netns).result();
        assertThat(hostName()).isEqualTo("not on the host");
        return result;
    }

    /** A GC of this network in which no endpoint is alive, as newer libraries send it. */
    private static HostPrograms.ProgramResult gc() throws Exception {
        return pluginDirectory.callForNode(
                "GC",
                "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"},"
                        + "\"cni.dev/valid-attachments\":[]}");
    }

    @Test
    void hostDeviceMovesTheDeviceThatWasAssigned() throws Exception {
        LibcniRunner.Network network = network();
        Map<String, Object> result = added(network);
        assertThat((List<?>) result.get("ips")).hasSize(2);
        assertThat(PingStream.reaches(netns.toString(), GATEWAY)).isTrue();
        assertThat(network.add("c2", netns).code()).isNotZero();
        assertThat(network.del("c1", netns.toString()).code()).isZero();
        assertThat(hostName()).isEqualTo(name);
        assertThat(network.del("c1", "").code()).isZero();
    }

    @Test
    void p2_theEniIsNotFreeBetweenItsDelAndTheDevicesReturn() throws Exception {
        LibcniRunner.Network network = network();
        added(network);
        String config =
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}}";
        assertThat(pluginDirectory.call("DEL", "c1", netns.toString(), config).successful())
                .isEmpty();
        assertThat(agent.ready()).isZero();
        assertThat(network.del("c1", netns.toString()).code()).isZero();
    }

    @Test
    void gcFetchesTheDeviceThatWasNotBroughtBack() throws Exception {
        added(network());
        await("the other plugin had its time, and the device is fetched")
                .atMost(AgentProcess.PATIENCE)
                .until(() -> gc().status() == 0 && agent.ready() == 1);
        assertThat(stage.names()).contains(sandbox);
    }

    @Test
    void gcFreesTheEniWhoseDeviceFellBackWithItsNamespace() throws Exception {
        added(network());
        stage.delete(sandbox);
        await("the endpoint is collected").atMost(AgentProcess.PATIENCE).until(() -> gc().status() == 0);
    }
}

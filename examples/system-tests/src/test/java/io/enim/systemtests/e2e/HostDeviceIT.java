package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.e2e.LibcniRunner.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * ENIM as the address management of Debian's host-device plugin, which moves the device itself. After each test, the ENI
 * is ready and its device on the host under its own name.
 */
class HostDeviceIT extends LibcniLifecycle {
    private String mac;
    private String name;

    private final String sandbox = "pod";
    private Path netns;

    HostDeviceIT() {
        super(1);
    }

    @BeforeAll
    void lookAtTheDevice() throws Exception {
        mac = agent.enis().get(0).mac();
        name = hostName();
        agent.ask("gc"); // Records how devices are on the host.
    }

    @AfterEach
    void p2_theEniIsReadyAndItsDeviceHome() throws Exception {
        agent.awaitAllReady();
        assertThat(hostName()).isEqualTo(name);
        if (testbed.names().contains(sandbox)) {
            testbed.delete(sandbox);
        }
    }

    private String hostName() {
        try (TestbedNamespace host = testbed.host()) {
            return host.devices().stream()
                    .filter(device -> device.identity().toString().equals(mac))
                    .map(Device::name)
                    .findFirst()
                    .orElse("not on the host");
        }
    }

    private Network network() throws Exception {
        return network("{\"type\":\"host-device\",\"hwaddr\":\"" + mac + "\",\"ipam\":{\"type\":\"enim\"}}");
    }

    private Map<String, Object> added(Network network) throws Exception {
        netns = namespace(sandbox);
        Map<String, Object> result = network.add("c1", netns).result();
        assertThat(hostName()).isEqualTo("not on the host");
        return result;
    }

    /** A GC of this network in which no endpoint is alive, as newer libraries send it. */
    private HostPrograms.ProgramResult gc() throws Exception {
        return plugins.callForNode(
                "GC",
                "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"},"
                        + "\"cni.dev/valid-attachments\":[]}");
    }

    @Test
    void hostDeviceMovesTheDeviceThatWasAssigned() throws Exception {
        Network network = network();
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
        Network network = network();
        added(network);
        String config =
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}}";
        assertThat(plugins.call("DEL", "c1", netns.toString(), config).successful())
                .isEmpty();
        assertThat(agent.ready()).isZero();
        assertThat(network.del("c1", netns.toString()).code()).isZero();
    }

    @Test
    void gcFetchesTheDeviceThatWasNotBroughtBack() throws Exception {
        added(network());
        await("the other plugin had its time, and the device is fetched")
                .atMost(HostPrograms.PATIENCE)
                .until(() -> gc().status() == 0 && agent.ready() == 1);
        assertThat(testbed.names()).contains(sandbox);
    }

    @Test
    void gcFreesTheEniWhoseDeviceFellBackWithItsNamespace() throws Exception {
        added(network());
        testbed.delete(sandbox);
        await("the endpoint is collected").atMost(HostPrograms.PATIENCE).until(() -> gc().status() == 0);
    }
}

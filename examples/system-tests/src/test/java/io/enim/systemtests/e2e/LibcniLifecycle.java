package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.systemtests.e2e.LibcniRunner.LibcniResult;
import io.enim.systemtests.e2e.LibcniRunner.Network;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The agent, and the reference library that calls it and Debian's plugins, for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LibcniLifecycle {
    static final String GATEWAY = "10.80.0.1";

    private final int enis;
    AgentProcess agent;
    PluginDirectory plugins;
    LibcniRunner libcni;
    NetworkTestbed testbed;

    LibcniLifecycle(int enis) {
        this.enis = enis;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        agent = new AgentProcess(directory, enis, Map.of());
        plugins = new PluginDirectory(directory.resolve("bin"), agent.socket());
        libcni = LibcniRunner.build(directory, plugins);
        testbed = NetworkTestbed.open();
    }

    @AfterAll
    void end() {
        if (agent != null) {
            agent.close();
            testbed.close();
        }
    }

    Path namespace(String name) {
        try (TestbedNamespace made = testbed.create(name)) {
            return made.path();
        }
    }

    /** A network of version 1.0.0. */
    Network network(String... chain) throws Exception {
        return libcni.network("pods", "1.0.0", chain);
    }

    static void succeeds(LibcniResult result) {
        assertThat(result.code()).as(result.toString()).isZero();
    }
}

package io.enim.systemtests.e2e;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** containerd and the agent, for all tests of a class. After each test, every ENI is ready and every device on the host. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContainerdLifecycle {
    private final int enis;
    ContainerdNode node;

    ContainerdLifecycle(int enis) {
        this.enis = enis;
    }

    /** The agent's settings beside those that every test needs. */
    Map<String, String> settings(Path directory) {
        return Map.of();
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        node = new ContainerdNode(directory, enis, settings(directory));
    }

    @AfterAll
    void end() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void p2_everyEniIsAccountedForAndEveryDeviceOnTheHost() {
        node.containerd.removeAll();
        node.agent.awaitAllReady();
    }

    /** Runs a pod; its sandbox. */
    String run(String name) {
        return node.cri.run("shop", name);
    }

    void stopAndRemove(String sandbox) {
        node.cri.stop(sandbox);
        node.cri.remove(sandbox);
    }
}

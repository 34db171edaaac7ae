package io.enim.systemtests.vm;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node with three NICs for each test. */
@RequiresCloudNics
abstract class NicLifecycle {
    NicNode node;

    @BeforeEach
    void boot(@TempDir Path directory) {
        node = new NicNode(directory, 3);
    }

    @AfterEach
    void p2_everyEniIsReadyAndEveryDeviceOnTheHostAsItWas() {
        try {
            node.assertAllOnHostAndFresh();
        } finally {
            node.close();
        }
    }
}

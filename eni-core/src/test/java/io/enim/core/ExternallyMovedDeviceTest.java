package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.InterfaceName;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Assignments without a sandbox, whose device another program moves: before the ADD, and back to the host after the DEL, as
 * the CNI's host-device plugin does with an address management below it.
 */
class ExternallyMovedDeviceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Path HOST = Path.of("/");

    @RegisterExtension
    final TestNode node = new TestNode(1);

    private Device onlyDevice() {
        return node.devices().hostDevices(SECOND).get(0);
    }

    private Path moveAway(Device device) {
        Path sandbox = node.sandbox("web");
        try (Netns netns = node.devices().open(sandbox)) {
            LinkConfig config = new LinkConfig(new InterfaceName("eth0"), List.of(), List.of());
            node.devices().moveIn(device, netns, config, SECOND);
        }
        return sandbox;
    }

    private void moveBack(DeviceBaseline baseline, Path sandbox) {
        try (Netns netns = node.devices().open(sandbox)) {
            node.devices().returnToHost(baseline, Optional.of(netns), SECOND);
        }
    }

    @Test
    void p2_aDeviceMovedExternallyIsLeftAloneAndTheEniIsFreeOnceItIsBack() {
        EniManager manager = node.startWarm(1);
        manager.gc(); // Records device baselines.
        DeviceBaseline baseline = onlyDevice().baseline();
        Path sandbox = moveAway(onlyDevice());
        Assignment web = manager.add("default", "web");
        assertThat(web.baseline()).contains(baseline);
        assertThat(node.locate(web.eni())).isEqualTo(sandbox);

        manager.del("default", "web");
        assertThat(node.locate(web.eni())).isEqualTo(sandbox);
        assertThat(manager.assignments()).singleElement().satisfies(kept -> {
            assertThat(kept.phase()).isEqualTo(Phase.QUARANTINED);
            assertThat(kept.reason()).contains("not on the host");
        });
        manager.gc();
        assertThat(node.locate(web.eni())).isEqualTo(sandbox);

        moveBack(baseline, sandbox);
        manager.gc();
        node.awaitFree(manager, 1);
    }

    @Test
    void p5_whatIsNotBroughtBackForLongIsFetchedByGarbageCollection() {
        EniManager manager = node.set(EniSetting.GC_AGE, "0s").startWarm(1);
        manager.gc(); // Records device baselines.
        moveAway(onlyDevice());
        Assignment web = manager.add("default", "web");
        manager.del("default", "web");
        manager.gc();
        assertThat(node.locate(web.eni())).isEqualTo(HOST);
        node.awaitFree(manager, 1);
    }
}

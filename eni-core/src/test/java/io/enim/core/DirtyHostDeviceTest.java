package io.enim.core;

import static io.enim.core.TestNode.endpoint;
import static io.enim.core.TestNode.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.spi.Device;
import io.enim.spi.NetworkDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices of free ENIs that host software, or an earlier agent process, modified on the host. */
class DirtyHostDeviceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestNode node = new TestNode(2);

    private EniManager manager;
    private List<Device> before;

    @BeforeEach
    void recordBaselines() {
        manager = node.startWarm(2);
        manager.gc();
        before = hostDevices();
    }

    private List<Device> hostDevices() {
        return node.devices().hostDevices(SECOND).stream()
                .sorted(Comparator.comparingInt(Device::ifindex))
                .toList();
    }

    private void dirty(Eni eni) {
        node.devices().rename(eni.mac(), "mine");
        dirtyButForItsName(eni);
    }

    private void dirtyButForItsName(Eni eni) {
        node.tenant(eni, device -> {
            device.mtu = 1280;
            device.segmentation.put("gso_max_size", 3000);
            device.alias = "mine";
        });
    }

    @Test
    void p5_p13_whatWasDirtiedWhileTheManagerWasAwayIsCleanBeforeItIsOffered() {
        manager.enis().forEach(this::dirtyButForItsName);
        dirty(manager.enis().get(0));
        node.close();
        node.startWarm(2);
        assertThat(hostDevices()).isEqualTo(before);
    }

    @Test
    void p13_gcKnowsAfterARestartHowADeviceWasBefore() {
        node.close();
        EniManager again = node.startWarm(2);
        dirty(again.enis().get(0));
        String[] evidence = {"name is mine", "mtu is 1280", "gso_max_size is 3000"};
        only(again.gc(), Kind.DEVICE_DRIFTED, Outcome.DONE, evidence);
        assertThat(hostDevices()).isEqualTo(before);
    }

    @Test
    void p13_anEndpointGetsACleanDeviceThoughItWasDirtiedSinceTheLastRound() {
        manager.enis().forEach(this::dirtyButForItsName);
        Assignment web = node.add("web");
        Device inside = node.devices()
                .find(
                        web.eni().mac(),
                        node.devices().open(web.sandbox().orElseThrow().path()),
                        SECOND)
                .orElseThrow();
        assertThat(inside.mtu()).isEqualTo(1500);
        assertThat(inside.segmentation()).containsEntry("gso_max_size", 65_536);
        assertThat(inside.alias()).isEmpty();
        manager.del(web.endpoint());
        manager.gc();
        assertThat(hostDevices()).isEqualTo(before);
    }

    /** The ADD gets the other one; the pool checks the first one anew before it offers it. */
    @Test
    void p2_p13_anEniWhoseDeviceCannotBeMadeCleanIsNotGivenAway() {
        manager.enis().forEach(this::dirtyButForItsName);
        node.devices().faults().next("restoreOnHost", Fault.BEFORE);
        Assignment web = node.add("web");
        assertThat(node.devices().hostDevices(SECOND))
                .extracting(Device::identity)
                .doesNotContain(web.eni().mac());
        node.awaitFree(manager, 1);
        manager.del(web.endpoint());
        assertThat(hostDevices()).isEqualTo(before);
    }

    @Test
    void p5_p13_anEniWithoutOwnerIsHandedBackAsCleanAsItWas() {
        node.claimUnrecorded(endpoint("lost"));
        dirty(node.enis(EniState.IN_USE).get(0));
        only(manager.gc(), Kind.UNOWNED_ENI, Outcome.DONE);
        assertThat(hostDevices()).isEqualTo(before);
    }

    @Test
    void p5_aBaselineRecordThatCannotBeReadIsSetAsideAndReported() throws IOException {
        node.close();
        List<Path> records = records();
        assertThat(records).hasSize(2);
        Files.writeString(records.get(0), "garbage");
        EniManager again = node.startWarm(2);
        assertThat(again.health().reasons()).anyMatch(reason -> reason.contains("homes/set-aside"));
        again.gc();
        assertThat(records()).hasSize(2);
    }

    private List<Path> records() throws IOException {
        try (Stream<Path> files = Files.list(node.directory().resolve("run/homes"))) {
            return files.filter(file -> file.toString().endsWith(".rec"))
                    .sorted()
                    .toList();
        }
    }

    /** Does something once, when a round asks for the devices: after the list of ENIs, before a repair. */
    public static final class Meanwhile {
        private final NetworkDevices devices;
        private Runnable deed = () -> {};

        Meanwhile(NetworkDevices devices) {
            this.devices = devices;
        }

        public List<Device> hostDevices(Duration timeout) {
            Runnable due = deed;
            deed = () -> {};
            due.run();
            return devices.hostDevices(timeout);
        }
    }

    @Test
    void p16_aRoundDoesNotRepairTheDeviceOfAnEniThatGotItsEndpointAfterTheListWasMade() {
        node.close();
        Meanwhile meanwhile = new Meanwhile(node.devices());
        node.aroundDevices(devices -> Overriding.methods(NetworkDevices.class, devices, meanwhile));
        EniManager next = node.startWarm(2);
        next.gc();
        meanwhile.deed = () -> {
            Eni held = next.add(AddRequest.forEndpoint(endpoint("web")).build()).eni();
            node.tenant(held, device -> device.mtu = 1280);
        };
        only(next.gc(), Kind.DEVICE_DRIFTED, Outcome.SKIPPED, "it got an owner");
        assertThat(hostDevices()).extracting(Device::mtu).contains(1280);
    }
}

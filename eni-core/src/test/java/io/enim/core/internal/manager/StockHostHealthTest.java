package io.enim.core.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.InvalidRequestException;
import io.enim.core.TestNode;
import io.enim.spi.DeviceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** HEALTHY means that the next ADD would succeed, and health says why where it would not (P20). */
class StockHostHealthTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private static void awaitHealth(EniManager manager, Status status, String reason) {
        await().untilAsserted(() -> {
            Health health = manager.health();
            assertThat(health.status()).isEqualTo(status);
            assertThat(String.join("\n", health.reasons())).contains(reason);
        });
    }

    @Test
    void p20_aNodeWhoseEnisTheHostKeepsIsUnavailableAndNamesThem() {
        node.devices().watch(event -> {
            if (event.kind() == DeviceEvent.Kind.ON_HOST) {
                node.devices().modifyDevice(event.mac().orElseThrow(), device -> device.up = true);
            }
        });
        EniManager manager = node.start();
        awaitHealth(manager, Status.UNAVAILABLE, "software of the host had configured its device");
    }

    @Test
    void p20_aNodeThatNeverGotAnEniIsUnavailable() {
        node.model().faults().random(1, 0, 1, 0);
        awaitHealth(node.start(), Status.UNAVAILABLE, "no ENI is free now, and none is on its way");
    }

    @Test
    void p20_aFullNodeIsHealthyAndSaysSo() {
        EniManager manager = node.set(EniSetting.POOL_MAX, "2").startWarm(2);
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
        node.add("web");
        node.add("cart");
        awaitHealth(manager, Status.HEALTHY, "this node is full: endpoints hold all 2 ENIs that it may have");
    }

    @Test
    void p20_whatTheApplicationFoundMissingIsAReasonThatNoEniOutweighs() {
        node.building(
                builder -> builder.surroundings(new Health(Status.UNAVAILABLE, List.of("CAP_SYS_ADMIN is missing"))));
        EniManager manager = node.startWarm(2);
        assertThat(manager.health()).isEqualTo(new Health(Status.UNAVAILABLE, List.of("CAP_SYS_ADMIN is missing")));
        assertThat(manager.isReady()).isFalse();
    }

    @Test
    void p20_whatIsMissingAndBearableLeavesTheNodeReady() {
        node.building(
                builder -> builder.surroundings(new Health(Status.DEGRADED, List.of("/run/udev is not mounted"))));
        EniManager manager = node.startWarm(2);
        assertThat(manager.health()).isEqualTo(new Health(Status.DEGRADED, List.of("/run/udev is not mounted")));
        assertThat(manager.isReady()).isTrue();
    }

    /** As a runtime's file is where its mounts do not reach this process. */
    @Test
    void p20_anAddThatFindsAPlainFileInPlaceOfItsNamespaceIsNoSignOfHealth(@TempDir Path directory) throws IOException {
        EniManager manager = node.startWarm(2);
        Path file = Files.createFile(directory.resolve("cni-1"));
        AddRequest request = AddRequest.forEndpoint(Endpoint.of("default", "web", "c1"))
                .netns(file)
                .build();
        assertThatThrownBy(() -> manager.add(request)).isInstanceOf(InvalidRequestException.class);
        awaitHealth(manager, Status.DEGRADED, "the last ADD found no namespace: invalid netns '" + file);
        node.add("web");
        awaitHealth(manager, Status.HEALTHY, "");
    }
}

package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.Device;
import io.enim.spi.Netns;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class KernelUseIT {
    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void tellsWhatAnOperationTook() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        KernelUse before = KernelUse.of(stage.devices).orElseThrow();

        try (Netns netns = stage.devices.open(pod.path())) {
            Device inside = stage.devices.moveIn(eni, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
            stage.devices.configure(inside, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        }
        KernelUse added = KernelUse.of(stage.devices).orElseThrow();
        try (Netns netns = stage.devices.open(pod.path())) {
            stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
        }

        assertThat(added.since(before).rtnlAcquisitions()).isEqualTo(4);
        assertThat(added.since(before).sendNanos()).isPositive();
        assertThat(KernelUse.of(stage.devices).orElseThrow().since(added).rtnlAcquisitions())
                .isEqualTo(2);
    }
}

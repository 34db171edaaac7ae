package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport.Difference;
import io.enim.InvalidRequestException;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The MTU of a device in its sandbox. */
class SandboxMtuIT extends EniFixture {
    private static final LinkConfig CONFIG = TestHost.linkConfig("eth0", 7);
    private static final LinkConfig SMALL =
            new LinkConfig(CONFIG.name(), CONFIG.addresses(), CONFIG.routes(), OptionalInt.of(1400));

    private List<String> differences(LinkConfig config) {
        return testHost.inspect(eni.mac(), netns, config).stream()
                .map(Difference::toString)
                .toList();
    }

    @Test
    void theMtuIsSetInTheMoveCheckedAndRestoredOnTheHost() {
        Device inside = testHost.connect(eni, netns, SMALL);
        assertThat(inside.mtu()).isEqualTo(1400);
        assertThat(pod.device("eth0").map(Device::mtu)).contains(1400);
        assertThat(differences(SMALL)).isEmpty();
        pod.setMtu("eth0", 1300);
        assertThat(testHost.inspect(eni.mac(), netns, SMALL)).containsExactly(new Difference("mtu", "1400", "1300"));
        testHost.configure(pod.device("eth0").orElseThrow(), netns, SMALL);
        assertThat(pod.device("eth0").map(Device::mtu)).contains(1400);
        assertThat(returnToHost()).as("it is no tenant's change").isEqualTo(FROM_SANDBOX_CLEAN);
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p13_anMtuThatATenantSetIsRepairedAndSaidToBeIts() {
        testHost.connect(eni, netns, SMALL);
        pod.setMtu("eth0", 1300);
        assertThat(returnToHost().repaired()).anyMatch(repaired -> repaired.startsWith("mtu is 1300"));
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void anMtuThatTheDeviceDoesNotAllowIsRefusedBeforeAnythingMoves() {
        LinkConfig tooLarge = new LinkConfig(CONFIG.name(), List.of(), List.of(), OptionalInt.of(65_536));
        assertThatThrownBy(() -> testHost.moveIn(eni, netns, tooLarge))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("65536")
                .hasMessageContaining("nothing was changed");
        assertEniIsOnHostAsAtFirst();
    }
}

package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.InvalidRequestException;
import io.enim.LinkOptions;
import io.enim.SettingsException;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The MTU and the default routes of devices in sandboxes: the node's, and those that a request asks for. */
class LinkOptionsTest {
    @RegisterExtension
    final TestNode node = new TestNode(2).set(EniSetting.MTU, "1400");

    @Test
    void theNodesMtuIsSetCheckedAndKeptOverARestart() {
        EniManager manager = node.startWarm(2);
        Assignment web = node.add("web");
        assertThat(web.link().mtu()).hasValue(1400);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        node.tenant(web.eni(), device -> device.mtu = 1300);
        assertThat(manager.check(web.endpoint()).differences()).containsExactly(new Difference("mtu", "1400", "1300"));
        manager.close();
        EniManager next = node.set(EniSetting.MTU, "0").start();
        assertThat(next.check(web.endpoint()).differences()).containsExactly(new Difference("mtu", "1400", "1300"));
        next.del(web.endpoint());
        node.awaitFree(next, 2);
        assertThat(node.devices().hostDevices(Duration.ofSeconds(1)))
                .as("on the host it is the device's own")
                .allMatch(device -> device.mtu() == 1500);
    }

    /** Of a cloud that says the MTU of each ENI, in place of the pool's. */
    public static final class TellingPool {
        private final EniProvider pool;

        TellingPool(EniProvider pool) {
            this.pool = pool;
        }

        @SuppressWarnings("unused") // in place of the pool's
        public Eni allocateNextEni(Endpoint endpoint) {
            Eni eni = pool.allocateNextEni(endpoint);
            return new Eni(
                    eni.id(),
                    eni.mac(),
                    eni.ipv4(),
                    eni.ipv6(),
                    eni.subnetId(),
                    eni.number(),
                    OptionalInt.of(1450),
                    eni.state(),
                    eni.holder(),
                    eni.reason());
        }
    }

    @Test
    void theCloudsMtuOfAnEniIsUsedInPlaceOfTheNodesAndARequestsInPlaceOfBoth() {
        EniManager manager = node.aroundProvider(
                        pool -> Overriding.methods(EniProvider.class, pool, new TellingPool(pool)))
                .startWarm(2);
        Assignment web = node.add("web");
        assertThat(web.link().mtu()).hasValue(1450);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        Assignment small = manager.add(node.request("small")
                .link(LinkOptions.DEFAULT.withMtu(OptionalInt.of(1300)))
                .build());
        assertThat(small.link().mtu()).hasValue(1300);
        manager.close();
        assertThat(node.start().assignments())
                .filteredOn(each -> each.endpoint().equals(web.endpoint()))
                .allMatch(each -> each.eni().mtu().equals(OptionalInt.of(1450)));
    }

    @Test
    void p15_healthSaysWhatOfTheDevicesStandsStill() {
        EniManager manager = node.startWarm(2);
        node.devices().standStill("notifications fail");
        assertThat(manager.health().toString()).contains("notifications fail");
        node.devices().standStill();
        assertThat(manager.health().toString()).doesNotContain("notifications fail");
    }

    @Test
    void aRequestsMtuIsUsedInPlaceOfTheNodes() {
        EniManager manager = node.startWarm(2);
        Assignment web = manager.add(node.request("web")
                .link(new LinkOptions(OptionalInt.of(1450), false))
                .build());
        assertThat(web.link()).isEqualTo(new LinkOptions(OptionalInt.of(1450), false));
        assertThat(manager.check(web.endpoint()).isOk())
                .as("without default routes")
                .isTrue();
    }

    @Test
    void anMtuTooSmallForIpv6IsRefusedAndTheEniIsFreeAgain() {
        EniManager manager = node.startWarm(2);
        assertThatThrownBy(() -> manager.add(node.request("web")
                        .link(LinkOptions.DEFAULT.withMtu(OptionalInt.of(600)))
                        .build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("1280");
        node.awaitFree(manager, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"67", "65536", "jumbo"})
    void aBadMtuOfTheNodeIsRefusedAtTheStart(String mtu) {
        assertThatThrownBy(
                        () -> EniSettings.builder("n").set(EniSetting.MTU, mtu).build())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.mtu");
    }
}

package io.enim.systemtests.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.PrintableText;
import io.enim.core.Enim;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.testing.PrivateNamespaces;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with one ENI and no cooldown, whose tenants leave all that the ENI must not be offered with. */
@PrivateNamespaces
class HostileTenantNodeIT {
    private static final int STACKED = 300;

    @TempDir
    private Path directory;

    private final NetworkTestbed testbed = NetworkTestbed.open();
    private EniManager manager;

    private void start(String delTimeout) {
        manager = Enim.builder(EniSettings.builder("tenant")
                        .set(EniSetting.PROVIDER, "fake")
                        .set(EniSetting.DEVICES, "linux")
                        .set(EniSetting.RUN_DIR, directory.resolve("run"))
                        .set(EniSetting.STATE_DIR, directory.resolve("state"))
                        .set(EniSetting.POOL_MIN, 1)
                        .set(EniSetting.POOL_MAX, 1)
                        .set(EniSetting.POOL_RATE, "1000")
                        .set(EniSetting.POOL_POLL_INITIAL, "50ms")
                        .set(EniSetting.POOL_COOLDOWN, "0s")
                        .set(EniSetting.DEL_TIMEOUT, delTimeout)
                        .set(EniSetting.GC_INTERVAL, "1h")
                        .providerSetting("fake", "plug", "veth")
                        .build())
                .build();
        awaitState(EniState.READY);
    }

    @AfterEach
    void end() {
        manager.close();
        testbed.names().forEach(testbed::delete);
        testbed.close();
    }

    private void awaitState(EniState state) {
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(EniException.class)
                .untilAsserted(() -> assertThat(manager.enis())
                        .singleElement()
                        .satisfies(eni -> assertThat(eni.state()).isEqualTo(state)));
    }

    private Assignment add(String name) {
        return manager.add(AddRequest.forEndpoint(Endpoint.of("shop", name, "c-" + name))
                .netns(Path.of("/run/netns", name))
                .build());
    }

    @Test
    void p13_anEniUnderADeviceElsewhereIsToldAndNotOfferedUntilThatIsGone() {
        start("10s");
        try (TestbedNamespace old = testbed.create("old");
                TestbedNamespace hidden = testbed.create("hidden");
                TestbedNamespace next = testbed.create("next")) {
            Assignment first = add("old");
            old.addMacvlan("spy", "eth0");
            old.rename("spy", "spy\u001b\u202e");
            old.moveTo(hidden, "spy\u001b\u202e");
            manager.del(first.endpoint());
            assertThatThrownBy(() -> add("next")).isInstanceOf(NoEniAvailableException.class);
            awaitState(EniState.QUARANTINED);
            assertThat(manager.health().reasons())
                    .anySatisfy(
                            reason -> assertThat(reason).contains("spy\\u001b\\u202e", "macvlan", "/run/netns/hidden"))
                    .allSatisfy(reason -> assertThat(reason).isEqualTo(PrintableText.of(reason)));
            assertThatThrownBy(() -> add("next")).isInstanceOf(NoEniAvailableException.class);
            hidden.deleteDevice("spy\u001b\u202e");
            awaitState(EniState.READY);
            assertThat(add("next").eni().id()).isEqualTo(first.eni().id());
            assertThat(next.devices()).extracting(Device::name).containsExactly("eth0");
        }
    }

    @Test
    void p8_p18_theDelOfTheWorstTenantEndsOrSaysWhyNotAndTheCollectorEndsIt() {
        start("1s");
        try (TestbedNamespace old = testbed.create("old")) {
            Assignment first = add("old");
            for (int i = 0; i < STACKED; i++) {
                old.addMacvlan("mv" + i, "eth0");
            }
            String said = "";
            try {
                manager.del(first.endpoint());
            } catch (DeadlineExceededException e) {
                said = e.getMessage() + "; ";
            }
            said += manager.assignments().stream().map(Assignment::reason).toList();
            System.out.println("DEL within 1 s of a tenant with " + STACKED + " stacked devices: " + said);
            assertThat(said).matches("\\[]|.*(not done within|deleted in time|were still queued).*");
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                manager.gc();
                return manager.assignments().isEmpty();
            });
            awaitState(EniState.READY);
            assertThat(old.devices()).isEmpty();
        }
    }
}

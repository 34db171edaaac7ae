package io.enim.examples.agent.deviceplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.examples.agent.testing.InMemoryManager;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicePluginTest {
    private static final DevicePlugin.Pace FAST =
            new DevicePlugin.Pace(Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofSeconds(10));

    @TempDir
    private Path parent;

    private Path directory;
    private final InMemoryManager manager = InMemoryManager.dualStack(3);
    private DevicePlugin plugin;
    private FakeKubelet kubelet;

    @BeforeEach
    void start() throws IOException {
        directory = parent.resolve("device-plugins");
        kubelet = new FakeKubelet(directory);
        plugin = DevicePlugin.start(directory, manager, FAST);
    }

    @AfterEach
    void end() {
        plugin.close();
        kubelet.close();
    }

    private void awaitHealthy(long devices) {
        await().atMost(Duration.ofMinutes(1)).until(() -> kubelet.healthy().equals(Optional.of(devices)));
    }

    private static Eni quarantined(Eni eni) {
        return eni.id().equals("eni-2") ? eni.in(EniState.QUARANTINED, Optional.empty(), "seen nowhere") : eni;
    }

    @Test
    void theKubeletLearnsOfADeviceForEachEni() {
        awaitHealthy(3);
        assertThat(kubelet.registrations())
                .containsExactly(new FakeKubelet.Registration("v1beta1", "enim.sock", "enim.io/eni"));
        assertThat(kubelet.devices()).contains(Map.of("slot-1", "Healthy", "slot-2", "Healthy", "slot-3", "Healthy"));
    }

    @Test
    void anEniThatMayBeMadeCountsAsOneThatIsThere() {
        manager.allow(OptionalInt.of(8));
        awaitHealthy(8);
    }

    @Test
    void anEniInQuarantineIsADeviceThatIsNotHealthyUntilItLeavesIt() {
        awaitHealthy(3);
        manager.showEnisAs(DevicePluginTest::quarantined);
        awaitHealthy(2);
        assertThat(kubelet.devices()).contains(Map.of("slot-1", "Healthy", "slot-2", "Healthy", "slot-3", "Unhealthy"));
        manager.showEnisAs(eni -> eni);
        awaitHealthy(3);
        assertThat(kubelet.registrations())
                .as("each list came by the same watch")
                .hasSize(1);
    }

    @Test
    void anEniThatAnotherCallerHoldsIsNoDeviceForTheKubeletsPods() {
        awaitHealthy(3);
        Endpoint container = Endpoint.of("default", "cart", "cart-1");
        manager.add(AddRequest.forEndpoint(container)
                .netns(Path.of("/run/netns/cart"))
                .build());
        awaitHealthy(2);
        Endpoint pod = Endpoint.of("default", "web", "web-1");
        manager.add(AddRequest.forEndpoint(pod)
                .netns(Path.of("/run/netns/web"))
                .label("k8s.pod-uid", "f3c1")
                .build());
        manager.del(container);
        awaitHealthy(3);
        assertThat(manager.assignments()).hasSize(1);
    }

    @Test
    void p15_healthIsToldWhileTheKubeletCannotBeReached() throws IOException {
        awaitHealthy(3);
        await().until(() -> plugin.trouble().isEmpty());
        kubelet.close();
        await().until(() -> plugin.trouble()
                .filter(why -> why.startsWith("enim.io/eni is not offered to the kubelet"))
                .isPresent());
        kubelet = new FakeKubelet(directory);
        await().until(() -> plugin.trouble().isEmpty());
    }

    @Test
    void allocatingGivesEachContainerNothingSinceTheEniComesByCni() {
        awaitHealthy(3);
        assertThat(kubelet.call("GetDevicePluginOptions", new byte[0])).isEmpty();
        assertThat(FakeKubelet.fields(kubelet.call("Allocate", FakeKubelet.allocateRequest(2))))
                .containsExactly(1, 1);
        assertThat(kubelet.call("Allocate", FakeKubelet.allocateRequest(0))).isEmpty();
    }

    @Test
    void aMalformedRequestAndAnUnknownMethodAreRefused() {
        awaitHealthy(3);
        assertThatThrownBy(() -> kubelet.call("Allocate", new byte[] {10, 9, 1}))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
        assertThatThrownBy(() -> kubelet.call("PreStartContainer", new byte[0]))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNIMPLEMENTED");
    }

    @Test
    void p15_aKubeletThatStartsAgainIsRegisteredWithAgain() throws IOException {
        awaitHealthy(3);
        for (int i = 0; i < 5; i++) {
            kubelet.close();
            kubelet = new FakeKubelet(directory);
            awaitHealthy(3);
            assertThat(kubelet.registrations()).hasSize(1);
        }
    }

    @Test
    void p15_aKubeletThatComesLaterIsFoundThoughItsDirectoryWasNotThere() throws IOException {
        plugin.close();
        kubelet.close();
        Path later = parent.resolve("later");
        plugin = DevicePlugin.start(later, manager, FAST);
        kubelet = new FakeKubelet(later);
        awaitHealthy(3);
    }

    @Test
    void p15_aKubeletThatNoLongerWatchesIsRegisteredWithAgain() throws IOException {
        plugin.close();
        plugin = DevicePlugin.start(
                directory, manager, new DevicePlugin.Pace(FAST.turn(), FAST.count(), Duration.ofMillis(200)));
        awaitHealthy(3);
        kubelet.endWatch();
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        kubelet.registrations().size() >= 2 && kubelet.healthy().equals(Optional.of(3L)));
    }

    @Test
    void p15_aKubeletThatRefusesIsAskedAgain() throws IOException {
        plugin.close();
        int before = kubelet.registrations().size();
        kubelet.refuse(Optional.of(Status.UNAVAILABLE.withDescription("not yet")));
        plugin = DevicePlugin.start(directory, manager, FAST);
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(directory.resolve("enim.sock")));
        kubelet.refuse(Optional.empty());
        await().atMost(Duration.ofMinutes(1))
                .until(() -> kubelet.registrations().size() > before
                        && kubelet.healthy().equals(Optional.of(3L)));
    }

    @Test
    void p15_aProviderThatFailsChangesNoNumber() {
        awaitHealthy(3);
        manager.showEnisAs(eni -> {
            throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "list ENIs: no answer");
        });
        int before = manager.listings();
        await().atMost(Duration.ofMinutes(1)).until(() -> manager.listings() > before + 3);
        assertThat(kubelet.healthy()).contains(3L);
        manager.showEnisAs(DevicePluginTest::quarantined);
        awaitHealthy(2);
        assertThat(kubelet.registrations()).hasSize(1);
    }

    @Test
    void nothingIsRegisteredBeforeTheNumberIsKnown() throws IOException {
        plugin.close();
        int before = kubelet.registrations().size();
        manager.allow(OptionalInt.empty());
        plugin = DevicePlugin.start(directory, manager, FAST);
        int listings = manager.listings();
        await().atMost(Duration.ofMinutes(1)).until(() -> manager.listings() > listings + 2);
        assertThat(kubelet.registrations()).hasSize(before);
        manager.allow(OptionalInt.of(8));
        awaitHealthy(8);
    }

    @Test
    void closingEndsTheListAndRemovesTheSocket() {
        awaitHealthy(3);
        plugin.close();
        plugin.close();
        await().atMost(Duration.ofMinutes(1)).until(() -> kubelet.devices().isEmpty());
        assertThat(directory.resolve("enim.sock")).doesNotExist();
    }
}

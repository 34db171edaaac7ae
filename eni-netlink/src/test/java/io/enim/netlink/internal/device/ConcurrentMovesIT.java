package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PrivateNamespaces
class ConcurrentMovesIT {
    private static final int ROUNDS = 4;

    @AutoClose
    private final TestHost testHost = new TestHost();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void p7_differentEndpointsProceedInParallel(int movers) {
        ExecutorService callers = Executors.newFixedThreadPool(movers);
        try {
            List<CompletableFuture<Void>> rounds = new ArrayList<>();
            for (int mover = 0; mover < movers; mover++) {
                Device eni = testHost.newEni();
                TestbedNamespace pod = testHost.newNamespace("pod");
                LinkConfig config = TestHost.linkConfig("eth0", mover + 2);
                rounds.add(CompletableFuture.runAsync(() -> moveBackAndForth(eni, pod, config), callers));
            }
            rounds.forEach(CompletableFuture::join);
        } finally {
            callers.shutdownNow();
        }
        // A lookup after all of it agrees with the kernel: no notification was lost or misread.
        assertThat(testHost.devices.hostDevices(TestHost.TIMEOUT))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("segmentation")
                .containsExactlyInAnyOrderElementsOf(testHost.host.devices());
    }

    private void moveBackAndForth(Device eni, TestbedNamespace pod, LinkConfig config) {
        for (int round = 0; round < ROUNDS; round++) {
            try (Netns netns = testHost.devices.open(pod.path())) {
                Device found = testHost.find(eni.mac()).orElseThrow();
                assertThat(eni.baseline().differences(found)).isEmpty();
                testHost.connect(found, netns, config);
                assertThat(testHost.inspect(eni.mac(), netns, config)).isEmpty();
                assertThat(testHost.returnToHost(eni.baseline(), netns)).isEqualTo(EniFixture.FROM_SANDBOX_CLEAN);
            }
        }
    }
}

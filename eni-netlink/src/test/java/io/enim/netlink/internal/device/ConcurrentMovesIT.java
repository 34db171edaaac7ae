package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    void p7_differentEndpointsProceedInParallel(int movers) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(movers);
        try {
            List<Future<Integer>> rounds = new ArrayList<>();
            for (int mover = 0; mover < movers; mover++) {
                Device eni = testHost.newEni();
                TestbedNamespace pod = testHost.newNamespace("pod");
                int number = mover + 2;
                rounds.add(callers.submit(() -> moveBackAndForth(eni, pod, number)));
            }
            for (Future<Integer> round : rounds) {
                assertThat(round.get()).isEqualTo(ROUNDS);
            }
        } finally {
            callers.shutdownNow();
        }
        // A lookup after all of it agrees with the kernel: no notification was lost or misread.
        assertThat(testHost.hostDevices())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("segmentation")
                .containsExactlyInAnyOrderElementsOf(testHost.host.devices());
    }

    private Integer moveBackAndForth(Device eni, TestbedNamespace pod, int number) {
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Netns netns = testHost.devices.open(pod.path())) {
                Device found = testHost.find(eni.mac()).orElseThrow();
                assertThat(eni.baseline().differences(found)).isEmpty();
                testHost.connect(found, netns, TestHost.linkConfig("eth0", number));
                assertThat(testHost.inspect(eni.mac(), netns, TestHost.linkConfig("eth0", number)))
                        .isEmpty();
                ReturnReport back = testHost.returnToHost(eni.baseline(), netns);
                assertThat(back).isEqualTo(EniFixture.FROM_SANDBOX_CLEAN);
                done++;
            }
        }
        return done;
    }
}

package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PrivateNamespaces
class ConcurrentMovesIT {
    private static final int ROUNDS = 4;

    private TestHost testHost;

    @BeforeEach
    void build() {
        testHost = new TestHost();
    }

    @AfterEach
    void end() {
        testHost.close();
    }

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
        assertThat(testHost.devices.hostDevices(TestHost.TIMEOUT))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("segmentation")
                .containsExactlyInAnyOrderElementsOf(testHost.host.devices());
    }

    private Integer moveBackAndForth(Device eni, TestbedNamespace pod, int number) {
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Netns netns = testHost.devices.open(pod.path())) {
                Device found =
                        testHost.devices.find(eni.mac(), TestHost.TIMEOUT).orElseThrow();
                assertThat(eni.baseline().differences(found)).isEmpty();
                Device inside =
                        testHost.devices.moveIn(found, netns, TestHost.linkConfig("eth0", number), TestHost.TIMEOUT);
                testHost.devices.configure(inside, netns, TestHost.linkConfig("eth0", number), TestHost.TIMEOUT);
                assertThat(testHost.devices.inspect(
                                eni.mac(), netns, TestHost.linkConfig("eth0", number), TestHost.TIMEOUT))
                        .isEmpty();
                ReturnReport back = testHost.devices.returnToHost(eni.baseline(), Optional.of(netns), TestHost.TIMEOUT);
                assertThat(back).isEqualTo(new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of()));
                done++;
            }
        }
        return done;
    }
}

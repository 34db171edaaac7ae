package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.Device;
import io.enim.spi.Homecoming;
import io.enim.spi.Netns;
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
class ConcurrencyIT {
    private static final int ROUNDS = 4;

    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void p7_differentEndpointsProceedInParallel(int movers) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(movers);
        try {
            List<Future<Integer>> rounds = new ArrayList<>();
            for (int mover = 0; mover < movers; mover++) {
                Device eni = stage.newEni();
                NetworkNamespace pod = stage.newNamespace("pod");
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
        assertThat(stage.devices.home(Stage.TIMEOUT))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("segmentation")
                .containsExactlyInAnyOrderElementsOf(stage.home.devices());
    }

    private Integer moveBackAndForth(Device eni, NetworkNamespace pod, int number) {
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Netns netns = stage.devices.open(pod.path())) {
                Device found = stage.devices.find(eni.mac(), Stage.TIMEOUT).orElseThrow();
                assertThat(eni.homeState().differences(found)).isEmpty();
                Device inside = stage.devices.moveIn(found, netns, Stage.plan("eth0", number), Stage.TIMEOUT);
                stage.devices.configure(inside, netns, Stage.plan("eth0", number), Stage.TIMEOUT);
                assertThat(stage.devices.inspect(eni.mac(), netns, Stage.plan("eth0", number), Stage.TIMEOUT))
                        .isEmpty();
                Homecoming back = stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
                assertThat(back).isEqualTo(new Homecoming(Homecoming.Place.SANDBOX, List.of(), List.of()));
                done++;
            }
        }
        return done;
    }
}

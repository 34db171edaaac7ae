package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class WatchIT {
    /** More than the largest queue holds, which takes 4 MiB and some 2 KiB for each. */
    private static final int BURST = 4000;

    private final List<DeviceEvent> events = new CopyOnWriteArrayList<>();
    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private static DeviceEvent event(DeviceEvent.Kind kind, MacAddress mac) {
        return new DeviceEvent(kind, Optional.of(mac));
    }

    private void awaitEvent(DeviceEvent expected) {
        Awaitility.await().untilAsserted(() -> assertThat(events).contains(expected));
    }

    @Test
    void arrivalAndDepartureAreHeardOf() {
        stage.devices.watch(events::add);
        Device eni = stage.newEni();
        awaitEvent(event(DeviceEvent.Kind.AT_HOME, eni.mac()));
        stage.devices.moveIn(eni, stage.enter(stage.newNamespace("pod")), Stage.bare("eth0"), Stage.TIMEOUT);
        awaitEvent(event(DeviceEvent.Kind.LEFT_HOME, eni.mac()));
    }

    @Test
    void theEndOfANamespaceThatHadADeviceIsHeardOf() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        stage.devices.moveIn(eni, stage.enter(pod), Stage.bare("eth0"), Stage.TIMEOUT);
        stage.devices.watch(events::add);
        stage.letGo();
        stage.end(pod);
        awaitEvent(new DeviceEvent(DeviceEvent.Kind.NAMESPACE_GONE, Optional.empty()));
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() {
        CompletableFuture<DeviceEvent> second = new CompletableFuture<>();
        Subscription first = stage.devices.watch(events::add);
        first.close();
        first.close();
        stage.devices.watch(second::complete);
        stage.newEni();
        assertThat(second).succeedsWithin(Stage.TIMEOUT);
        assertThat(events).isEmpty();
    }

    @Test
    void aListenerThatFailsDoesNotSilenceTheOthers() {
        stage.devices.watch(event -> {
            throw new IllegalStateException("a listener's own fault");
        });
        stage.devices.watch(events::add);
        Device eni = stage.newEni();
        awaitEvent(event(DeviceEvent.Kind.AT_HOME, eni.mac()));
    }

    @Test
    void awaitReturnsWhenTheDeviceAppears() throws Exception {
        int number = Stage.nextNumber();
        CompletableFuture<Device> awaited =
                CompletableFuture.supplyAsync(() -> stage.devices.await(Stage.mac(number), Stage.TIMEOUT));
        stage.newEni("late" + number, Stage.mac(number));
        assertThat(awaited.get(20, TimeUnit.SECONDS).name()).isEqualTo("late" + number);
    }

    @Test
    void p8_awaitGivesUpAtItsDeadline() {
        assertThatThrownBy(() -> stage.devices.await(Stage.mac(444_444), Duration.ofMillis(20)))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NOT_FOUND))
                .hasMessageContaining("20 ms");
    }

    @Test
    void aBurstThatOverflowsTheQueueIsAnsweredByReadingEverything() throws Exception {
        Device eni = stage.newEni();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        // A listener that does not return keeps the thread from emptying the queue.
        stage.devices.watch(event -> {
            blocked.countDown();
            await(release);
        });
        stage.devices.watch(events::add);
        stage.home.setMtu(eni.name(), 1450);
        assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < BURST; i++) {
            stage.home.setMtu(eni.name(), 1400 + i % 2);
        }
        stage.home.setMtu(eni.name(), 1460);
        assertThat(stage.devices.find(eni.mac(), Stage.TIMEOUT).map(Device::mtu))
                .contains(1460);
        release.countDown();
        awaitEvent(new DeviceEvent(DeviceEvent.Kind.LOST, Optional.empty()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void afterCloseCallsFailAndDoNotHang() {
        KernelDevices devices = KernelDevices.open();
        devices.close();
        devices.close();
        assertThatThrownBy(() -> devices.find(Stage.mac(1), Stage.TIMEOUT)).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> devices.home(Stage.TIMEOUT)).isInstanceOf(DeviceException.class);
    }
}

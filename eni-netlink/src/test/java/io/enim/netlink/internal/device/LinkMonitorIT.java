package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.Heartbeat;
import io.enim.MacAddress;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LinkMonitorIT extends EniFixture {
    /** More than the largest queue holds, which takes 4 MiB and some 2 KiB for each. */
    private static final int BURST = 4000;

    private final List<DeviceEvent> events = new CopyOnWriteArrayList<>();

    private static DeviceEvent event(DeviceEvent.Kind kind, MacAddress mac) {
        return new DeviceEvent(kind, Optional.of(mac));
    }

    private void awaitEvent(DeviceEvent expected) {
        Awaitility.await().untilAsserted(() -> assertThat(events).contains(expected));
    }

    @Test
    void appearanceAndDisappearanceAreReported() {
        testHost.devices.watch(events::add);
        awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
        moveIn();
        awaitEvent(event(DeviceEvent.Kind.LEFT_HOST, eni.mac()));
    }

    @Test
    void theEndOfANamespaceThatHadADeviceIsReported() {
        moveIn();
        testHost.devices.watch(events::add);
        testHost.closeNamespaces();
        testHost.endNamespace(pod);
        awaitEvent(new DeviceEvent(DeviceEvent.Kind.NAMESPACE_GONE, Optional.empty()));
    }

    @Test
    void aClosedSubscriptionGetsNoMoreEvents() {
        CompletableFuture<DeviceEvent> second = new CompletableFuture<>();
        Subscription first = testHost.devices.watch(events::add);
        first.close();
        first.close();
        // An event of what was done before may have come while it was open.
        List<DeviceEvent> before = List.copyOf(events);
        testHost.devices.watch(second::complete);
        testHost.newEni();
        assertThat(second).succeedsWithin(TestHost.TIMEOUT);
        assertThat(events).isEqualTo(before);
    }

    @Test
    void p15_aMonitorThatFailsSaysSoGoesOnAndTellsThatEventsWereLost() {
        AtomicBoolean failing = new AtomicBoolean(true);
        try (NetlinkSessions sessions = NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE);
                LinkMonitor monitor = new LinkMonitor(sessions, Deadline.after(TestHost.TIMEOUT), round -> () -> {
                    if (failing.get()) {
                        throw new AssertionError("out of memory, say");
                    }
                    round.run();
                })) {
            monitor.subscribe(events::add);
            monitor.start(Deadline.after(TestHost.TIMEOUT));
            Awaitility.await().until(() -> monitor.problem().isPresent());
            assertThat(monitor.problem().orElseThrow()).contains("out of memory", "tried again");
            assertThat(monitor.heartbeat().standsStill()).isTrue();
            failing.set(false);
            testHost.newEni();
            awaitEvent(HostLinkCache.EVENTS_LOST);
            assertThat(monitor.problem()).isEmpty();
            awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
        }
    }

    @Test
    void p15_aListenerThatThrowsAnErrorDoesNotEndTheMonitor() {
        testHost.devices.watch(event -> {
            throw new AssertionError("a broken listener");
        });
        testHost.devices.watch(events::add);
        awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
        awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
        assertThat(testHost.devices.heartbeats()).noneMatch(Heartbeat::standsStill);
    }

    @Test
    void p15_aLoggerThatThrowsKeepsNoEventFromTheOtherListeners() {
        try (ThrowingLogging logging = new ThrowingLogging()) {
            testHost.devices.watch(event -> {
                throw new IllegalStateException("a failing listener");
            });
            testHost.devices.watch(events::add);
            awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
            assertThat(logging.hasThrown()).isTrue();
        }
    }

    @Test
    void p15_aLoggerThatThrowsDoesNotHideThatEventsWereLost() {
        try (ThrowingLogging logging = new ThrowingLogging()) {
            p15_aMonitorThatFailsSaysSoGoesOnAndTellsThatEventsWereLost();
            assertThat(logging.hasThrown()).isTrue();
        }
    }

    @Test
    void aListenerThatFailsDoesNotSilenceTheOthers() {
        testHost.devices.watch(event -> {
            throw new IllegalStateException("a failing listener");
        });
        testHost.devices.watch(events::add);
        awaitEvent(event(DeviceEvent.Kind.ON_HOST, testHost.newEni().mac()));
    }

    @Test
    void p15_theThreadHasAHeartbeat() {
        Awaitility.await()
                .untilAsserted(() -> assertThat(testHost.devices.heartbeats())
                        .singleElement()
                        .satisfies(beat -> {
                            assertThat(beat.activity()).isEqualTo("waits for notifications");
                            assertThat(beat.standsStill()).isFalse();
                        }));
    }

    @Test
    void awaitReturnsWhenTheDeviceAppears() throws Exception {
        int number = TestHost.nextNumber();
        CompletableFuture<Device> awaited = CompletableFuture.supplyAsync(
                () -> testHost.devices.awaitOnHost(TestHost.mac(number), TestHost.TIMEOUT));
        testHost.newEni("late" + number, TestHost.mac(number));
        assertThat(awaited.get(3, TimeUnit.MINUTES).name()).isEqualTo("late" + number);
    }

    @Test
    void p8_awaitGivesUpAtItsDeadline() {
        assertRefused(
                        DeviceException.Kind.NOT_FOUND,
                        () -> testHost.devices.awaitOnHost(TestHost.mac(444_444), Duration.ofMillis(20)))
                .hasMessageContaining("20 ms");
    }

    @Test
    void aBurstThatOverflowsTheQueueIsAnsweredByReadingEverything() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        CountDownLatch blocked = new CountDownLatch(1);
        // A listener that does not return keeps the thread from emptying the queue.
        testHost.devices.watch(event -> {
            blocked.countDown();
            release.join();
        });
        testHost.devices.watch(events::add);
        host.setMtu(eni.name(), 1450);
        assertThat(blocked.await(3, TimeUnit.MINUTES)).isTrue();
        TestbedInternals.with(host, socket -> {
            for (int i = 0; i < BURST; i++) {
                LinkMessage link = LinkMessage.of(
                        eni.ifindex(),
                        Attributes.builder()
                                .u32(LinkMessage.IFLA_MTU, 1400 + i % 2)
                                .build());
                socket.execute(
                        LinkRequests.set(NetlinkOperation.BUILD, link, "set MTU of", eni.name()),
                        Deadline.after(TestHost.TIMEOUT));
            }
            return socket;
        });
        host.setMtu(eni.name(), 1460);
        assertThat(testHost.find(eni.mac()).map(Device::mtu)).contains(1460);
        release.complete(null);
        awaitEvent(new DeviceEvent(DeviceEvent.Kind.EVENTS_LOST, Optional.empty()));
    }

    @Test
    void afterCloseCallsFailAndDoNotHang() {
        LinuxNetworkDevices devices = LinuxNetworkDevices.open(NetlinkFailPoint.NONE);
        devices.close();
        devices.close();
        assertThatThrownBy(() -> devices.find(TestHost.mac(1), TestHost.TIMEOUT))
                .isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> devices.hostDevices(TestHost.TIMEOUT)).isInstanceOf(DeviceException.class);
    }
}

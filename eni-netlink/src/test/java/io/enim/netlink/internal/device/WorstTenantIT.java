package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.Route;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.rtnl.RouteRequests.Reach;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * The worst that one tenant can make of its device, while another one gets its own again and again. Prints how long the other
 * one's ADDs take, and how long the kernel works on one message; all of it, 2,000 devices and 100,000 routes, with
 * {@code -Plong}.
 */
class WorstTenantIT extends EniFixture {
    private static final boolean ALL = Boolean.getBoolean("enim.long");
    private static final int STACKED = ALL ? 2_000 : 300;
    private static final int ROUTES = ALL ? 100_000 : 2_000;
    private static final int NAMES = 490; // of 127 bytes: the kernel bounds them at 64 KiB together
    private static final int AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final List<Double> quietMillis = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> millisDuringDel = Collections.synchronizedList(new ArrayList<>());
    private final Map<NetlinkOperation, Integer> sent =
            Collections.synchronizedMap(new EnumMap<>(NetlinkOperation.class));
    private final Map<NetlinkOperation, Double> longest =
            Collections.synchronizedMap(new EnumMap<>(NetlinkOperation.class));
    private final Thread deleter = Thread.currentThread();
    private long lastSent;

    @AutoClose
    private final LinuxNetworkDevices devices = LinuxNetworkDevices.open(this::record);

    /** All messages of a datagram are told before it is sent, and again when all are answered. */
    private int record(NetlinkOperation operation, NetlinkFailPoint.Side side) {
        if (Thread.currentThread() != deleter) {
            return 0;
        }
        if (side == NetlinkFailPoint.Side.BEFORE) {
            sent.merge(operation, 1, Integer::sum);
            lastSent = System.nanoTime();
        } else {
            longest.merge(operation, (System.nanoTime() - lastSent) / 1e6, Math::max);
        }
        return 0;
    }

    private void send(int count, IntFunction<NetlinkRequest> request) {
        Deadline deadline = Deadline.after(PATIENCE);
        TestbedInternals.with(pod, socket -> {
            for (int from = 0; from < count; from += AT_ONCE) {
                List<NetlinkRequest> requests = IntStream.range(from, Math.min(count, from + AT_ONCE))
                        .mapToObj(request)
                        .toList();
                assertThat(socket.transact(requests, deadline).failures()).isEmpty();
            }
            return socket;
        });
    }

    private void spoil() {
        int index = moveIn().ifindex();
        send(NAMES, i -> LinkRequests.addAlternativeName(index, "n%05d".formatted(i) + "x".repeat(121), "eth0"));
        send(ROUTES, i -> RouteRequests.add(index, Route.to(new Cidr(network(i), 28)), Reach.ON_LINK, "eth0"));
        for (int i = 0; i < STACKED; i++) {
            pod.addMacvlan("mv" + i, "eth0");
        }
    }

    private static InetAddress network(int i) {
        try {
            return InetAddress.getByAddress(new byte[] {20, (byte) (i >> 12), (byte) (i >> 4), (byte) (i << 4)});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Lives of another tenant on another ENI, until told to stop. */
    private void live(Device other, TestbedNamespace otherPod, AtomicBoolean isDuringDel, AtomicBoolean stop) {
        LinkConfig config = TestHost.linkConfig("eth0", 8);
        try (Netns sandbox = devices.open(otherPod.path())) {
            while (!stop.get()) {
                boolean during = isDuringDel.get();
                long began = System.nanoTime();
                devices.configure(devices.moveIn(other, sandbox, config, PATIENCE), sandbox, config, PATIENCE);
                (during ? millisDuringDel : quietMillis).add((System.nanoTime() - began) / 1e6);
                devices.returnToHost(other.baseline(), Optional.of(sandbox), PATIENCE);
            }
        }
    }

    private static String figures(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "n=%d p50 %.1f p99 %.1f most %.1f ms",
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.get(sorted.size() - 1));
    }

    @Test
    void p6_p18_theWorstTenantsDelHoldsTheQueueOfMovesForAFewMessages() {
        spoil();
        Device other = testHost.newEni();
        TestbedNamespace otherPod = testHost.newNamespace("other");
        AtomicBoolean isDuringDel = new AtomicBoolean();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> lives = CompletableFuture.runAsync(() -> live(other, otherPod, isDuringDel, stop));
        ReturnReport back;
        double took;
        try (Netns sandbox = devices.open(pod.path())) {
            await().until(() -> quietMillis.size() > 50);
            sent.clear();
            longest.clear();
            isDuringDel.set(true);
            long began = System.nanoTime();
            back = devices.returnToHost(eni.baseline(), Optional.of(sandbox), PATIENCE);
            took = (System.nanoTime() - began) / 1e6;
            isDuringDel.set(false);
        } finally {
            stop.set(true);
        }
        lives.join();
        System.out.printf(
                Locale.ROOT,
                "DEL of a tenant with %d devices, %d routes and %d names: %.0f ms; messages %s, longest in ms %s%n"
                        + "another tenant's ADD: before %s; meanwhile %s%n",
                STACKED,
                ROUTES,
                NAMES,
                took,
                sent,
                longest,
                figures(quietMillis),
                figures(millisDuringDel));
        assertThat(back.isVerified()).as(back.toString()).isTrue();
        assertThat(sent.get(NetlinkOperation.DELETE_STACKED)).isEqualTo((STACKED + 127) / 128);
        assertThat(sent.get(NetlinkOperation.REMOVE_NAMES)).isEqualTo(2);
        assertThat(sent.get(NetlinkOperation.RETURN_TO_HOST)).isEqualTo(1);
        assertThat(sent.get(NetlinkOperation.LIST_LINKS)).isEqualTo(1);
        assertThat(sent).doesNotContainKeys(NetlinkOperation.LIST_HIDDEN_LINKS, NetlinkOperation.LIST_NAMESPACES);
        assertEniIsOnHostAsAtFirst();
    }
}

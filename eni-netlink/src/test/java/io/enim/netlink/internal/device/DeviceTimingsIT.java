package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.KernelStats;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints the time of an ADD and a DEL, with and without the kernel's part. Run with {@code -Plong}. */
@PrivateNamespaces
@EnabledIfSystemProperty(
        named = "enim.long",
        matches = "true",
        disabledReason = "prints figures for some ten seconds; run with -Plong")
class DeviceTimingsIT {
    private static final int WARM_UP = 60;
    private static final int ROUNDS = 200;

    @AutoClose
    private final TestHost testHost = new TestHost();

    @Test
    void timesOfAddAndDelete() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        double[][] millis = new double[4][ROUNDS];
        long addRtnl = 0;
        long delRtnl = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            testHost.find(eni.mac()); // As the pool does before it offers an ENI.
            KernelStats before = stats();
            long start = System.nanoTime();
            try (Netns netns = testHost.devices.open(pod.path())) {
                Device found = testHost.find(eni.mac()).orElseThrow();
                testHost.connect(found, netns, TestHost.linkConfig("eth0", 7));
            }
            long added = System.nanoTime();
            KernelStats afterAdd = stats();
            try (Netns again = testHost.devices.open(pod.path())) {
                assertThat(testHost.returnToHost(eni.baseline(), again).isVerified())
                        .isTrue();
            }
            long deleted = System.nanoTime();
            KernelStats ofAdd = afterAdd.since(before);
            KernelStats ofDel = stats().since(afterAdd);
            if (round >= 0) {
                millis[0][round] = (added - start) / 1e6;
                millis[1][round] = (added - start - ofAdd.sendNanos()) / 1e6;
                millis[2][round] = (deleted - added) / 1e6;
                millis[3][round] = (deleted - added - ofDel.sendNanos()) / 1e6;
                addRtnl = Math.max(addRtnl, ofAdd.rtnlAcquisitions());
                delRtnl = Math.max(delRtnl, ofDel.rtnlAcquisitions());
            }
        }
        print("ADD (open, find, moveIn, configure dual stack)", millis[0], addRtnl);
        print("ADD without the kernel's sends", millis[1], addRtnl);
        print("DEL (open, returnToHost verified)", millis[2], delRtnl);
        print("DEL without the kernel's sends", millis[3], delRtnl);
        assertThat(addRtnl).isLessThanOrEqualTo(4);
        assertThat(delRtnl).isLessThanOrEqualTo(2);
        assertThat(TestbedInternals.links(pod)).allMatch(link -> link.has(LinkMessage.IFF_LOOPBACK));
    }

    private KernelStats stats() {
        return KernelStats.of(testHost.devices).orElseThrow();
    }

    private static void print(String what, double[] millis, long rtnl) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-48s n=%d p50 %.3f p90 %.3f p99 %.3f ms, RTNL %d%n",
                what,
                sorted.length,
                sorted[sorted.length / 2],
                sorted[sorted.length * 9 / 10],
                sorted[sorted.length * 99 / 100],
                rtnl);
    }
}

package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints what an ADD and a DEL take, and what of it the kernel's bare move takes. Run with {@code -Plong}. */
@PrivateNamespaces
@EnabledIfSystemProperty(
        named = "enim.long",
        matches = "true",
        disabledReason = "prints figures for some ten seconds; run with -Plong")
class FiguresIT {
    private static final int WARM_UP = 60;
    private static final int ROUNDS = 200;

    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void figures() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        double[] add = new double[ROUNDS];
        double[] addOwn = new double[ROUNDS];
        double[] del = new double[ROUNDS];
        double[] delOwn = new double[ROUNDS];
        long addRtnl = 0;
        long delRtnl = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long rtnl = stage.devices.counter().acquisitions();
            long sending = stage.devices.sendNanos();
            long start = System.nanoTime();
            Netns netns = stage.devices.open(pod.path());
            Device found = stage.devices.find(eni.mac(), Stage.TIMEOUT).orElseThrow();
            Device inside = stage.devices.moveIn(found, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
            stage.devices.configure(inside, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
            netns.close();
            long added = System.nanoTime();
            long rtnlAdded = stage.devices.counter().acquisitions();
            long sendingAdded = stage.devices.sendNanos();
            try (Netns again = stage.devices.open(pod.path())) {
                assertThat(stage.devices
                                .bringHome(eni.homeState(), Optional.of(again), Stage.TIMEOUT)
                                .isVerified())
                        .isTrue();
            }
            long deleted = System.nanoTime();
            if (round >= 0) {
                add[round] = (added - start) / 1e6;
                addOwn[round] = (added - start - (sendingAdded - sending)) / 1e6;
                del[round] = (deleted - added) / 1e6;
                delOwn[round] = (deleted - added - (stage.devices.sendNanos() - sendingAdded)) / 1e6;
                addRtnl = Math.max(addRtnl, rtnlAdded - rtnl);
                delRtnl = Math.max(delRtnl, stage.devices.counter().acquisitions() - rtnlAdded);
            }
        }
        print("ADD (open, find, moveIn, configure dual stack)", add, addRtnl);
        print("ADD without the kernel's sends", addOwn, addRtnl);
        print("DEL (open, bringHome verified)", del, delRtnl);
        print("DEL without the kernel's sends", delOwn, delRtnl);
        assertThat(addRtnl).isLessThanOrEqualTo(5);
        assertThat(delRtnl).isLessThanOrEqualTo(2);
        assertThat(pod.links()).allMatch(link -> link.has(LinkMessage.IFF_LOOPBACK));
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

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import static io.enim.benchmarks.device.DeviceContenders.C;
import static io.enim.benchmarks.device.DeviceContenders.CLASSIC;
import static io.enim.benchmarks.device.DeviceContenders.HOST_DEVICE;
import static io.enim.benchmarks.device.DeviceContenders.LAYER;
import static io.enim.benchmarks.device.DeviceContenders.LINKED;
import static io.enim.benchmarks.device.DeviceContenders.MANAGER;
import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.EniManager;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import io.enim.benchmarks.stages.ManagerStages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures ADD and DEL of one device: alone, beside foreign movers, several at once, and beside idle devices. */
public final class DevicePart {
    private static final String DETECTION = HOST_DEVICE + ", duplicate-address detection";
    private static final int WARM_UP = 60;
    /** For code that has run for minutes already. */
    private static final int WARM_ENOUGH = 5;

    private final Draft draft;
    private final DeviceContenders contenders;

    private DevicePart(Draft draft, DeviceContenders contenders) {
        this.draft = draft;
        this.contenders = contenders;
    }

    public static void measure(Draft draft) throws IOException, InterruptedException {
        draft.introduce("Device move: into a namespace and back to the host", """
            Real veth devices in private namespaces; the contenders run in turn, ADD then DEL, each with a device and \
            a sandbox of its own. Nearly all of a move is one wait of the kernel (`rcu_barrier`), which ends on a \
            timer tick (4 ms here): medians jump by such steps, so ratios are those of the means. *Own share* is the \
            time outside sends to the kernel.\
            """);
        NativePrograms programs = NativePrograms.build(draft);
        if (programs.yardstick().isEmpty()) {
            throw new IllegalStateException(
                    "without cc there is no yardstick to compare with; benchmarks/run --install installs it");
        }
        try (DeviceContenders contenders = new DeviceContenders(programs)) {
            new DevicePart(draft, contenders).measure();
        }
    }

    private void measure() throws InterruptedException {
        Map<String, ContenderTimes> four = idle("4", HOST_DEVICE, Integer.MAX_VALUE);
        Map<String, ContenderTimes> dual = idle("46", DETECTION, draft.quick() ? 1 : 20);
        rtnl();
        draft.progress("stages");
        ManagerStages.measure(draft, contenders.testbed.newSlot().netns(), Path.of("/run/stages"));
        Map<String, ContenderTimes> contended = movers();
        atOnce();
        idleDevices();
        nearness(four, dual);
        hostLink(four, dual);
        over("host-device", "host-device with static IPv4, idle, ADD", four, HOST_DEVICE, 1.4);
        String detection = "host-device dual stack with its duplicate-address detection, ADD";
        over("duplicate-address-detection", detection, dual, DETECTION, 50);
        over("foreign-movers", "the classic sequence with 4 foreign movers, ADD", contended, CLASSIC, 2.5);
    }

    private Map<String, ContenderTimes> idle(String families, String plugin, int most) {
        String title = title(families);
        draft.progress("idle node, " + title);
        try (EniManager manager = contenders.manager(1, families);
                EniManager linking = contenders.manager(1, families)) {
            InterleavedRounds rounds = contenders.rounds(manager, families).with(LINKED, contenders.linked(linking));
            contenders.plugin(rounds, plugin, families, most);
            rounds.with("ip commands", contenders.commands("ip", families));
            return table(title + ", idle node", measure(rounds, WARM_UP, 5, 200));
        }
    }

    private static String title(String families) {
        return families.equals("4") ? "IPv4" : "IPv4 and IPv6";
    }

    private void rtnl() {
        Table table = draft.table("How often the kernel takes RTNL for one operation, the most of ten", " | ADD | DEL");
        long mostAdd = 0;
        long mostDel = 0;
        for (String families : List.of("4", "46")) {
            Contender layer = contenders.layer(families);
            long add = 0;
            long del = 0;
            for (int i = 0; i < 10; i++) {
                add = Math.max(add, layer.add().kernel().rtnlAcquisitions());
                del = Math.max(del, layer.del().kernel().rtnlAcquisitions());
            }
            table.row("%s | %d | %d", title(families), add, del);
            mostAdd = Math.max(mostAdd, add);
            mostDel = Math.max(mostDel, del);
        }
        String measured = "ADD " + mostAdd + ", DEL " + mostDel;
        draft.target("rtnl", "RTNL acquisitions: ADD at most 4, DEL at most 2", measured, mostAdd <= 4 && mostDel <= 2);
    }

    /** ADD and DEL by the number of movers; returns the times with most movers. */
    private Map<String, ContenderTimes> movers() {
        Chart chart = draft.chart(
                "device-movers", "ADD while others move devices", "foreign movers", "median ms", false, false);
        Map<String, ContenderTimes> last = Map.of();
        List<String> near = new ArrayList<>();
        boolean isNear = true;
        try (EniManager manager = contenders.manager(1, "4")) {
            for (int count : new int[] {0, 1, 4}) {
                draft.progress(count + " foreign movers");
                var movers = Stream.generate(contenders::mover).limit(count).toList();
                try {
                    InterleavedRounds rounds = contenders.rounds(manager, "4");
                    contenders.plugin(rounds, HOST_DEVICE, "4", Integer.MAX_VALUE);
                    last = table("IPv4 with " + count + " foreign movers", measure(rounds, WARM_ENOUGH, 3, 40));
                } finally {
                    movers.forEach(Contender::close);
                }
                last.forEach(
                        (name, times) -> chart.point(name, count, times.adds().median()));
                if (count > 0) {
                    ContenderTimes own = requireNonNull(last.get(MANAGER));
                    double add =
                            ContenderTimes.ratio(own.adds(), yardstick(last).adds());
                    double del =
                            ContenderTimes.ratio(own.dels(), yardstick(last).dels());
                    near.add(count + ": " + number(add, 2) + " / " + number(del, 2));
                    isNear &= add <= 1.05 && del <= 1.05;
                }
            }
        }
        draft.target(
                "foreign-movers",
                "the manager's ADD / DEL with 1 and 4 foreign movers within 1.05x of the C program",
                String.join("; ", near),
                isNear);
        return last;
    }

    private Map<String, ContenderTimes> measure(InterleavedRounds rounds, int warmUp, int quickly, int count) {
        return draft.quick() ? rounds.measure(2, quickly) : rounds.measure(warmUp, count);
    }

    private Map<String, ContenderTimes> table(String caption, Map<String, ContenderTimes> all) {
        Table table = draft.table(caption, "ms | " + ContenderTimes.header("C"));
        all.forEach((name, times) -> table.row("%s | %s", name, times.cells(yardstick(all))));
        return all;
    }

    private static ContenderTimes yardstick(Map<String, ContenderTimes> all) {
        return requireNonNull(all.get(C));
    }

    private void atOnce() throws InterruptedException {
        Table table = draft.table(
                "Several at once, IPv4: all ADD together, then all DEL",
                "ms | at once | n | ADD p50 | p99 | DEL p50 | p99");
        Chart chart =
                draft.chart("device-at-once", "The slowest of several ADDs at once", "at once", "p99 ms", false, false);
        try (EniManager manager = contenders.manager(8, "4")) {
            for (int count : new int[] {1, 2, 4, 8}) {
                draft.progress(count + " at once");
                Map<String, ParallelContenders> parallel = new LinkedHashMap<>();
                parallel.put(C, new ParallelContenders(count, () -> contenders.yardstick("serve", "4")));
                parallel.put(MANAGER, new ParallelContenders(count, () -> contenders.of(manager)));
                if (contenders.hasPlugins()) {
                    parallel.put(HOST_DEVICE, new ParallelContenders(count, () -> contenders.hostDevice("4")));
                }
                for (int round = 0; round < (draft.quick() ? 2 : 20); round++) {
                    for (ParallelContenders each : parallel.values()) {
                        WarmManagers.awaitReady(manager, 8); // Those of the round before were in use.
                        each.round();
                    }
                }
                parallel.forEach((name, each) -> {
                    ContenderTimes times = each.finish();
                    Sample adds = times.adds();
                    Sample dels = times.dels();
                    table.row(
                            "%s | %d | %d | %,.1f | %,.1f | %,.1f | %,.1f",
                            name, count, adds.size(), adds.median(), adds.p99(), dels.median(), dels.p99());
                    chart.point(name, count, adds.p99());
                });
            }
        }
    }

    private void idleDevices() {
        Table table = draft.table(
                "IPv4 beside other devices on the host, and as many other namespaces",
                "ms | others | " + ContenderTimes.header("C"));
        int present = 0;
        for (int count = 10; count <= (draft.quick() ? 100 : 1000); count *= 10) {
            int others = count;
            draft.progress(others + " other devices and namespaces");
            contenders.testbed.addIdleDevices(present, others);
            present = others;
            InterleavedRounds rounds = new InterleavedRounds()
                    .with(C, contenders.yardstick("serve", "4"))
                    .with(LAYER, contenders.layer("4"));
            contenders.plugin(rounds, HOST_DEVICE, "4", Integer.MAX_VALUE);
            Map<String, ContenderTimes> all = measure(rounds, WARM_ENOUGH, 3, 40);
            all.forEach((name, times) -> table.row("%s | %d | %s", name, others, times.cells(yardstick(all))));
        }
    }

    private void nearness(Map<String, ContenderTimes> four, Map<String, ContenderTimes> dual) {
        List<String> near = new ArrayList<>();
        boolean isNear = true;
        List<String> own = new ArrayList<>();
        boolean isSmall = true;
        for (var all : List.of(Map.entry("IPv4 ", four), Map.entry("dual ", dual))) {
            ContenderTimes yardstick = yardstick(all.getValue());
            for (String name : List.of(LAYER, MANAGER)) {
                ContenderTimes times = requireNonNull(all.getValue().get(name));
                String label = all.getKey() + name.substring("ENIM, ".length()) + " ";
                double add = ContenderTimes.ratio(times.adds(), yardstick.adds());
                double del = ContenderTimes.ratio(times.dels(), yardstick.dels());
                near.add(label + number(add, 2) + " / " + number(del, 2));
                isNear &= add <= 1.10 && del <= 1.10;
                double ownAdd = times.ownAdds().median();
                double ownDel = times.ownDels().median();
                own.add(label + number(ownAdd, 2) + " / " + number(ownDel, 2));
                isSmall &= ownAdd < 0.5 && ownDel < 0.5;
            }
        }
        draft.target("the-c-program", "ADD / DEL within 1.10x of the C program", String.join("; ", near), isNear);
        draft.target("own-share", "own share of ADD / DEL under 0.5 ms, median, warm", String.join("; ", own), isSmall);
    }

    private void hostLink(Map<String, ContenderTimes> four, Map<String, ContenderTimes> dual) {
        double ipv4 = costOfHostLink(four);
        double both = costOfHostLink(dual);
        String measured = "IPv4 " + number(ipv4, 2) + ", dual " + number(both, 2);
        draft.target(
                "host-link",
                "ADD with a host link within 1.25x of one without",
                measured,
                ipv4 <= 1.25 && both <= 1.25);
    }

    private static double costOfHostLink(Map<String, ContenderTimes> all) {
        return ContenderTimes.ratio(
                requireNonNull(all.get(LINKED)).adds(),
                requireNonNull(all.get(MANAGER)).adds());
    }

    private void over(String reason, String what, Map<String, ContenderTimes> times, String peer, double factor) {
        ContenderTimes slower = times.get(peer);
        if (slower != null) {
            ContenderTimes manager = requireNonNull(times.get(MANAGER));
            double ratio = ContenderTimes.ratio(slower.adds(), manager.adds());
            String aim = "at least " + factor + "x faster than " + what;
            draft.target(reason, aim, number(ratio, 2) + "x (manager)", ratio >= factor);
        }
    }
}

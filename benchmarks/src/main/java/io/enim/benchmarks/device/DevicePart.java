package io.enim.benchmarks.device;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.EniManager;
import io.enim.InterfaceName;
import io.enim.Route;
import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Line;
import io.enim.benchmarks.report.Result.Point;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import io.enim.netlink.KernelStats;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.spi.LinkConfig;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures ADD and DEL of one device: alone, beside foreign movers, several at once, and beside idle devices. */
public final class DevicePart {
    private static final String C = "C, the same messages";
    private static final String LAYER = "ENIM, device layer";
    private static final String MANAGER = "ENIM, manager";
    private static final String CLASSIC = "C, classic sequence";
    private static final String GO = "Go, vishvananda/netlink";
    private static final String HOST_DEVICE = "host-device + static";
    private static final String HOST_DEVICE_DETECTION = HOST_DEVICE + ", duplicate-address detection";
    private static final int[] MOVERS = {0, 1, 4};
    private static final int[] AT_ONCE = {1, 2, 4, 8};
    private static final int WARM_UP = 60;
    /** For code that has run for minutes already. */
    private static final int WARM_ENOUGH = 5;

    private static final double NEAR = 1.10;
    private static final double OWN = 0.5;
    private static final double OVER_PLUGIN = 1.4;
    private static final double OVER_DETECTION = 50;
    private static final double OVER_CLASSIC = 2.5;

    private final Options options;
    private final NativePrograms programs;
    private final Path program;
    private final DeviceTestbed testbed = new DeviceTestbed();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final Result.Draft draft;
    private int directories;

    private DevicePart(Options options, NativePrograms programs, Path program) {
        this.options = options;
        this.programs = programs;
        this.program = program;
        this.draft = new Result.Draft("device", "Device move: into a namespace and back to the host", options.quick());
    }

    /** Measures, and returns the result. */
    public static Result run(Options options) throws Exception {
        NativePrograms programs = NativePrograms.build(
                Path.of("benchmarks/native"), options.directory().resolve("native"));
        Path program = programs.yardstick()
                .orElseThrow(() -> new IllegalStateException(
                        "without cc there is no yardstick to compare with; benchmarks/run --install installs it"));
        return new DevicePart(options, programs, program).measure();
    }

    private Result measure() throws Exception {
        draft.introduce(
                "Real veth devices in private namespaces; the contenders run in turn, ADD then DEL, each with a device and a"
                        + " sandbox of its own. Nearly all of a move is one wait of the kernel"
                        + " (`rcu_barrier`), which ends on a timer tick (4 ms here): medians jump by such steps, so ratios are those"
                        + " of the means. *Own share* is the time outside sends to the kernel.");
        programs.missing().forEach(draft::note);
        Map<String, ContenderTimes> four = idle("4", HOST_DEVICE, Integer.MAX_VALUE);
        Map<String, ContenderTimes> dual = idle("46", HOST_DEVICE_DETECTION, options.quick() ? 1 : 20);
        rtnl();
        Map<String, ContenderTimes> contended = movers(four);
        atOnce();
        idleDevices();
        targets(four, dual, contended);
        devices.close();
        testbed.close();
        return draft.done();
    }

    private Contender yardstick(String name, String mode, String families) {
        return programs.yardstick(name, testbed.newSlot(), mode, families);
    }

    private Contender plugin(String name, String families) {
        return programs.commands(name, testbed.newSlot(), "host-device", families, Map.of());
    }

    private Contender go(Path program, String families) {
        Slot slot = testbed.newSlot();
        return Coprocess.start(
                GO, List.of(program.toString(), slot.device(), slot.netns().toString(), families), Map.of());
    }

    private Contender layer(String families) {
        return new DeviceLayerContender(devices, testbed.newSlot(), linkConfig(families));
    }

    private static LinkConfig linkConfig(String families) {
        List<EniAddress> addresses =
                new ArrayList<>(List.of(EniAddress.parse("192.0.2.7", "192.0.2.0/24", "192.0.2.1")));
        List<Route> routes =
                new ArrayList<>(List.of(Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("192.0.2.1"))));
        if (families.equals("46")) {
            addresses.add(EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1"));
            routes.add(Route.via(Cidr.parse("::/0"), Cidr.parseAddress("2001:db8::1")));
        }
        return new LinkConfig(new InterfaceName("eth0"), addresses, routes);
    }

    private EniManager manager(int enis, String families) {
        return WarmManagers.warm(devices, Path.of("/run", "manager" + ++directories), "veth", enis, families);
    }

    /** All contenders but the plugin. */
    private InterleavedRounds rounds(EniManager manager, String families) {
        InterleavedRounds rounds = new InterleavedRounds()
                .with(yardstick(C, "serve", families))
                .with(layer(families))
                .with(new ManagerContender(devices, manager, testbed.newSlot().netns()))
                .with(yardstick(CLASSIC, "classic", families));
        programs.classic().ifPresent(program -> rounds.with(go(program, families)));
        return rounds;
    }

    private Map<String, ContenderTimes> idle(String families, String plugin, int most) {
        String title = title(families);
        options.progress("device", "idle node, " + title);
        try (EniManager manager = manager(1, families)) {
            InterleavedRounds rounds = rounds(manager, families);
            programs.plugins().ifPresent(installed -> rounds.with(plugin(plugin, families), most));
            rounds.with(programs.commands("ip commands", testbed.newSlot(), "ip", families, Map.of()));
            Map<String, ContenderTimes> times = measure(rounds, WARM_UP, options.quick() ? 5 : 200);
            draft.table(table(title + ", idle node", times));
            return times;
        }
    }

    private static String title(String families) {
        return families.equals("4") ? "IPv4" : "IPv4 and IPv6";
    }

    private Map<String, ContenderTimes> measure(InterleavedRounds rounds, int warmUp, int count) {
        return rounds.measure(options.quick() ? 2 : warmUp, count);
    }

    private static Table table(String caption, Map<String, ContenderTimes> times) {
        ContenderTimes base = requireNonNull(times.get(C));
        return new Table(
                caption,
                ContenderTimes.columns("C"),
                times.entrySet().stream()
                        .map(entry -> entry.getValue().cells(entry.getKey(), base))
                        .toList());
    }

    private void rtnl() {
        List<List<String>> rows = new ArrayList<>();
        long mostAdd = 0;
        long mostDel = 0;
        for (String families : List.of("4", "46")) {
            Contender layer = layer(families);
            long add = 0;
            long del = 0;
            for (int i = 0; i < 10; i++) {
                KernelStats before = KernelTimeMeter.use(devices);
                layer.add();
                KernelStats added = KernelTimeMeter.use(devices);
                layer.del();
                add = Math.max(add, added.since(before).rtnlAcquisitions());
                del = Math.max(del, KernelTimeMeter.use(devices).since(added).rtnlAcquisitions());
            }
            rows.add(List.of(title(families), "" + add, "" + del));
            mostAdd = Math.max(mostAdd, add);
            mostDel = Math.max(mostDel, del);
        }
        draft.table(new Table(
                "How often the kernel takes RTNL for one operation, the most of ten", List.of("", "ADD", "DEL"), rows));
        draft.target(Target.of(
                "RTNL acquisitions: ADD at most 5, DEL at most 2",
                "ADD " + mostAdd + ", DEL " + mostDel,
                mostAdd <= 5 && mostDel <= 2));
    }

    /** ADD and DEL by the number of movers; returns the times with most movers. */
    private Map<String, ContenderTimes> movers(Map<String, ContenderTimes> idle) {
        Map<String, List<Point>> adds = new LinkedHashMap<>();
        Map<String, ContenderTimes> last = idle;
        try (EniManager manager = manager(1, "4")) {
            for (int count : MOVERS) {
                options.progress("device", count + " foreign movers");
                BackgroundMovers movers = new BackgroundMovers(program, testbed, count);
                try {
                    InterleavedRounds rounds = rounds(manager, "4");
                    programs.plugins().ifPresent(installed -> rounds.with(plugin(HOST_DEVICE, "4")));
                    last = measure(rounds, WARM_ENOUGH, options.quick() ? 3 : 40);
                } finally {
                    movers.close();
                }
                draft.table(table("IPv4 with " + count + " foreign movers", last));
                last.forEach((name, times) -> adds.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(new Point(count, times.adds().median())));
            }
        }
        draft.chart(new Chart(
                "device-movers",
                "ADD while others move devices",
                "foreign movers",
                "median ms",
                false,
                false,
                Line.of(adds)));
        return last;
    }

    private void atOnce() throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        try (EniManager manager = manager(AT_ONCE[AT_ONCE.length - 1], "4")) {
            for (int count : AT_ONCE) {
                options.progress("device", count + " at once");
                Map<String, ParallelContenders> contenders = new LinkedHashMap<>();
                contenders.put(C, new ParallelContenders(count, () -> yardstick(C, "serve", "4")));
                contenders.put(
                        MANAGER,
                        new ParallelContenders(
                                count,
                                () -> new ManagerContender(
                                        devices, manager, testbed.newSlot().netns())));
                programs.plugins()
                        .ifPresent(installed -> contenders.put(
                                HOST_DEVICE, new ParallelContenders(count, () -> plugin(HOST_DEVICE, "4"))));
                for (int round = 0; round < (options.quick() ? 2 : 20); round++) {
                    for (ParallelContenders each : contenders.values()) {
                        each.round();
                    }
                }
                contenders.forEach((name, each) -> {
                    ContenderTimes times = each.finish();
                    rows.add(List.of(
                            name,
                            "" + count,
                            "" + times.adds().size(),
                            number(times.adds().median(), 1),
                            number(times.adds().p99(), 1),
                            number(times.dels().median(), 1),
                            number(times.dels().p99(), 1)));
                    lines.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(new Point(count, times.adds().p99()));
                });
            }
        }
        draft.table(new Table(
                "Several at once, IPv4: all ADD together, then all DEL",
                List.of("ms", "at once", "n", "ADD p50", "p99", "DEL p50", "p99"),
                rows));
        draft.chart(new Chart(
                "device-at-once",
                "The slowest of several ADDs at once",
                "at once",
                "p99 ms",
                false,
                false,
                Line.of(lines)));
    }

    private void idleDevices() {
        List<List<String>> rows = new ArrayList<>();
        int present = 0;
        for (int count : options.quick() ? new int[] {10, 100} : new int[] {10, 100, 1000}) {
            options.progress("device", count + " other devices and namespaces");
            testbed.addIdleDevices(present, count);
            present = count;
            InterleavedRounds rounds =
                    new InterleavedRounds().with(yardstick(C, "serve", "4")).with(layer("4"));
            programs.plugins().ifPresent(installed -> rounds.with(plugin(HOST_DEVICE, "4")));
            Map<String, ContenderTimes> all = measure(rounds, WARM_ENOUGH, options.quick() ? 3 : 40);
            ContenderTimes base = requireNonNull(all.get(C));
            all.forEach((name, times) -> {
                List<String> row = new ArrayList<>(times.cells(name, base));
                row.add(1, String.valueOf(count));
                rows.add(row);
            });
        }
        List<String> columns = new ArrayList<>(ContenderTimes.columns("C"));
        columns.add(1, "others");
        draft.table(new Table("IPv4 beside other devices on the host, and as many other namespaces", columns, rows));
    }

    private void targets(
            Map<String, ContenderTimes> four, Map<String, ContenderTimes> dual, Map<String, ContenderTimes> contended) {
        StringBuilder near = new StringBuilder();
        boolean isNear = true;
        boolean isSmall = true;
        StringBuilder own = new StringBuilder();
        for (var all : List.of(Map.entry("IPv4", four), Map.entry("dual", dual))) {
            ContenderTimes base = requireNonNull(all.getValue().get(C));
            for (String name : List.of(LAYER, MANAGER)) {
                ContenderTimes times = requireNonNull(all.getValue().get(name));
                String label = all.getKey() + " " + name.substring("ENIM, ".length()) + " ";
                double add = ContenderTimes.ratio(times.adds(), base.adds());
                double del = ContenderTimes.ratio(times.dels(), base.dels());
                near.append(label).append(number(add, 2) + " / " + number(del, 2) + "; ");
                isNear &= add <= NEAR && del <= NEAR;
                double ownAdd = times.ownAdds().median();
                double ownDel = times.ownDels().median();
                own.append(label).append(number(ownAdd, 2) + " / " + number(ownDel, 2) + "; ");
                isSmall &= ownAdd < OWN && ownDel < OWN;
            }
        }
        draft.target(Target.of("ADD / DEL within 1.10x of the C program", near.toString(), isNear));
        draft.target(Target.of("own share of ADD / DEL under 0.5 ms, median, warm", own.toString(), isSmall));
        over("host-device with static IPv4, idle, ADD", four, HOST_DEVICE, OVER_PLUGIN);
        over(
                "host-device dual stack with its duplicate-address detection, ADD",
                dual,
                HOST_DEVICE_DETECTION,
                OVER_DETECTION);
        over("the classic sequence with 4 foreign movers, ADD", contended, CLASSIC, OVER_CLASSIC);
    }

    private void over(String what, Map<String, ContenderTimes> times, String peer, double factor) {
        ContenderTimes slower = times.get(peer);
        if (slower == null) {
            return;
        }
        double ratio = ContenderTimes.ratio(
                slower.adds(), requireNonNull(times.get(MANAGER)).adds());
        draft.target(Target.of(
                "at least " + factor + "x faster than " + what, number(ratio, 2) + "x (manager)", ratio >= factor));
    }
}

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

/** Measures ADD and DEL of one device: alone, beside foreign movers, several at once, and on crowded nodes. */
public final class DevicePart {
    private static final String C = "C, the same messages";
    private static final String LAYER = "ENIM, device layer";
    private static final String MANAGER = "ENIM, manager";
    private static final String CLASSIC = "C, classic sequence";
    private static final String GO = "Go, vishvananda/netlink";
    private static final String HOST_DEVICE = "host-device + static";
    private static final int[] MOVERS = {0, 1, 4};
    private static final int[] AT_ONCE = {1, 2, 4, 8};
    private static final int WARM_UP = 60;
    /** Where the same code has run for minutes already. */
    private static final int WARM_ENOUGH = 5;

    private static final double NEAR = 1.10;
    private static final double OWN = 0.5;
    private static final double OVER_PLUGIN = 1.4;
    private static final double OVER_DETECTION = 50;
    private static final double OVER_CLASSIC = 2.5;

    private final Options options;
    private final NativePrograms nativePrograms;
    private final Path yardstick;
    private final DeviceTestbed deviceTestbed = new DeviceTestbed();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final Result.Draft draft;
    private int directories;

    private DevicePart(Options options, NativePrograms nativePrograms, Path yardstick) {
        this.options = options;
        this.nativePrograms = nativePrograms;
        this.yardstick = yardstick;
        this.draft = new Result.Draft("device", "Device move: into a namespace and home again", options.quick());
    }

    /** Measures, and tells. */
    public static Result run(Options options) throws Exception {
        NativePrograms nativePrograms = NativePrograms.build(
                Path.of("benchmarks/native"), options.directory().resolve("native"));
        Path yardstick = nativePrograms
                .yardstick()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "without cc there is no yardstick and nothing to compare with; benchmarks/run --install brings it"));
        return new DevicePart(options, nativePrograms, yardstick).measure();
    }

    private Result measure() throws Exception {
        draft.introduce(
                "Real veth devices in private namespaces; whoever is compared takes turns with the others, ADD then"
                        + " DEL, each with a device and a sandbox of its own. Nearly all of a move is one wait of the kernel"
                        + " (`rcu_barrier`), which ends on a timer tick (4 ms here): medians jump by such steps, so ratios are those"
                        + " of the means. *Own share* is the time outside sends to the kernel.");
        nativePrograms.missing().forEach(draft::note);
        Map<String, ContenderTimes> four = idle("4", HOST_DEVICE, Integer.MAX_VALUE);
        Map<String, ContenderTimes> dual =
                idle("46", HOST_DEVICE + ", duplicate-address detection", options.quick() ? 1 : 20);
        rtnl();
        Map<String, ContenderTimes> crowdedOut = movers(four);
        atOnce();
        crowd();
        aims(four, dual, crowdedOut);
        devices.close();
        deviceTestbed.close();
        return draft.done();
    }

    private Contender command(String kind, String name, String families) {
        Slot slot = deviceTestbed.newSlot();
        return Coprocess.start(
                name,
                List.of(
                        nativePrograms.sources().resolve("commands.sh").toString(),
                        kind,
                        slot.device(),
                        slot.netns().toString(),
                        families),
                Map.of());
    }

    private Contender program(Path program, String name, String... more) {
        Slot slot = deviceTestbed.newSlot();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        List<String> rest = new ArrayList<>(List.of(more));
        if (rest.size() > 1) {
            command.add(rest.remove(0));
        }
        command.addAll(List.of(slot.device(), slot.netns().toString()));
        command.addAll(rest);
        return Coprocess.start(name, command, Map.of());
    }

    private Contender layer(String families) {
        return new DeviceLayerContender(devices, deviceTestbed.newSlot(), plan(families));
    }

    private static LinkConfig plan(String families) {
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

    private Map<String, ContenderTimes> idle(String families, String plugin, int most) {
        String title = families.equals("4") ? "IPv4" : "IPv4 and IPv6";
        options.progress("device", "idle node, " + title);
        try (EniManager manager = manager(1, families)) {
            InterleavedRounds interleavedRounds = new InterleavedRounds()
                    .with(program(yardstick, C, "serve", families))
                    .with(layer(families))
                    .with(new ManagerContender(
                            devices, manager, deviceTestbed.newSlot().netns()))
                    .with(program(yardstick, CLASSIC, "classic", families));
            nativePrograms.classic().ifPresent(program -> interleavedRounds.with(program(program, GO, families)));
            nativePrograms
                    .plugins()
                    .ifPresent(there -> interleavedRounds.with(command("host-device", plugin, families), most));
            interleavedRounds.with(command("ip", "ip commands", families));
            Map<String, ContenderTimes> times = named(interleavedRounds, WARM_UP, options.quick() ? 5 : 200);
            draft.table(table(title + ", idle node", times));
            return times;
        }
    }

    private Map<String, ContenderTimes> named(InterleavedRounds interleavedRounds, int warmUp, int rounds) {
        Map<String, ContenderTimes> named = new LinkedHashMap<>();
        interleavedRounds
                .run(options.quick() ? 2 : warmUp, rounds)
                .forEach((contender, contenderTimes) -> named.put(contender.name(), contenderTimes));
        interleavedRounds.close();
        return named;
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
            rows.add(List.of(families.equals("4") ? "IPv4" : "IPv4 and IPv6", "" + add, "" + del));
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

    /** By how many movers; returns what was with four of them. */
    private Map<String, ContenderTimes> movers(Map<String, ContenderTimes> idle) {
        Map<String, List<Point>> adds = new LinkedHashMap<>();
        Map<String, ContenderTimes> last = idle;
        try (EniManager manager = manager(1, "4")) {
            for (int count : MOVERS) {
                options.progress("device", count + " foreign movers");
                BackgroundMovers backgroundMovers = new BackgroundMovers(yardstick, deviceTestbed, count);
                try {
                    InterleavedRounds interleavedRounds = new InterleavedRounds()
                            .with(program(yardstick, C, "serve", "4"))
                            .with(layer("4"))
                            .with(new ManagerContender(
                                    devices, manager, deviceTestbed.newSlot().netns()))
                            .with(program(yardstick, CLASSIC, "classic", "4"));
                    nativePrograms.classic().ifPresent(program -> interleavedRounds.with(program(program, GO, "4")));
                    nativePrograms
                            .plugins()
                            .ifPresent(there -> interleavedRounds.with(command("host-device", HOST_DEVICE, "4")));
                    last = named(interleavedRounds, WARM_ENOUGH, options.quick() ? 3 : 40);
                } finally {
                    backgroundMovers.close();
                }
                draft.table(table("IPv4 with " + count + " foreign movers", last));
                last.forEach((name, contenderTimes) -> adds.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(new Point(count, contenderTimes.adds().median())));
            }
        }
        draft.chart(new Chart(
                "device-movers",
                "ADD while others move devices",
                "foreign movers",
                "median ms",
                false,
                false,
                adds.entrySet().stream()
                        .map(entry -> new Line(entry.getKey(), entry.getValue()))
                        .toList()));
        return last;
    }

    private void atOnce() throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        int most = AT_ONCE[AT_ONCE.length - 1];
        try (EniManager manager = manager(most, "4")) {
            for (int count : AT_ONCE) {
                options.progress("device", count + " at once");
                Map<String, ParallelContenders> crews = new LinkedHashMap<>();
                crews.put(C, new ParallelContenders(count, () -> program(yardstick, C, "serve", "4")));
                crews.put(
                        MANAGER,
                        new ParallelContenders(
                                count,
                                () -> new ManagerContender(
                                        devices,
                                        manager,
                                        deviceTestbed.newSlot().netns())));
                nativePrograms
                        .plugins()
                        .ifPresent(there -> crews.put(
                                HOST_DEVICE,
                                new ParallelContenders(count, () -> command("host-device", HOST_DEVICE, "4"))));
                int rounds = options.quick() ? 2 : 20;
                for (int round = 0; round < rounds; round++) {
                    for (ParallelContenders parallelContenders : crews.values()) {
                        parallelContenders.round();
                    }
                }
                for (Map.Entry<String, ParallelContenders> entry : crews.entrySet()) {
                    ContenderTimes contenderTimes = entry.getValue().finish();
                    rows.add(List.of(
                            entry.getKey(),
                            "" + count,
                            "" + contenderTimes.adds().size(),
                            number(contenderTimes.adds().median(), 1),
                            number(contenderTimes.adds().p99(), 1),
                            number(contenderTimes.dels().median(), 1),
                            number(contenderTimes.dels().p99(), 1)));
                    lines.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                            .add(new Point(count, contenderTimes.adds().p99()));
                }
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
                lines.entrySet().stream()
                        .map(entry -> new Line(entry.getKey(), entry.getValue()))
                        .toList()));
    }

    private void crowd() {
        List<List<String>> rows = new ArrayList<>();
        int have = 0;
        for (int count : options.quick() ? new int[] {10, 100} : new int[] {10, 100, 1000}) {
            options.progress("device", count + " other devices and namespaces");
            deviceTestbed.addIdleDevices(have, count);
            have = count;
            InterleavedRounds interleavedRounds = new InterleavedRounds()
                    .with(program(yardstick, C, "serve", "4"))
                    .with(layer("4"));
            nativePrograms
                    .plugins()
                    .ifPresent(there -> interleavedRounds.with(command("host-device", HOST_DEVICE, "4")));
            Map<String, ContenderTimes> times = named(interleavedRounds, WARM_ENOUGH, options.quick() ? 3 : 40);
            ContenderTimes base = requireNonNull(times.get(C));
            times.forEach((name, took) -> {
                List<String> row = new ArrayList<>(took.cells(name, base));
                row.add(1, String.valueOf(count));
                rows.add(row);
            });
        }
        List<String> columns = new ArrayList<>(ContenderTimes.columns("C"));
        columns.add(1, "others");
        draft.table(new Table("IPv4 beside other devices at home, and as many other namespaces", columns, rows));
    }

    private void aims(
            Map<String, ContenderTimes> four,
            Map<String, ContenderTimes> dual,
            Map<String, ContenderTimes> crowdedOut) {
        StringBuilder near = new StringBuilder();
        boolean isNear = true;
        boolean isSmall = true;
        StringBuilder own = new StringBuilder();
        for (var race : List.of(Map.entry("IPv4", four), Map.entry("dual", dual))) {
            ContenderTimes base = requireNonNull(race.getValue().get(C));
            for (String name : List.of(LAYER, MANAGER)) {
                ContenderTimes contenderTimes = requireNonNull(race.getValue().get(name));
                double add = ContenderTimes.ratio(contenderTimes.adds(), base.adds());
                double del = ContenderTimes.ratio(contenderTimes.dels(), base.dels());
                near.append(race.getKey())
                        .append(' ')
                        .append(name.substring("ENIM, ".length()))
                        .append(' ');
                near.append(number(add, 2)).append(" / ").append(number(del, 2)).append("; ");
                isNear &= add <= NEAR && del <= NEAR;
                own.append(race.getKey())
                        .append(' ')
                        .append(name.substring("ENIM, ".length()))
                        .append(' ');
                own.append(number(contenderTimes.ownAdds().median(), 2)).append(" / ");
                own.append(number(contenderTimes.ownDels().median(), 2)).append("; ");
                isSmall &= contenderTimes.ownAdds().median() < OWN
                        && contenderTimes.ownDels().median() < OWN;
            }
        }
        draft.target(Target.of("ADD / DEL within 1.10x of the C program", near.toString(), isNear));
        draft.target(Target.of("own share of ADD / DEL under 0.5 ms, median, warm", own.toString(), isSmall));
        over("host-device with static IPv4, idle, ADD", four, HOST_DEVICE, OVER_PLUGIN);
        over(
                "host-device dual stack with its duplicate-address detection, ADD",
                dual,
                HOST_DEVICE + ", duplicate-address detection",
                OVER_DETECTION);
        over("the classic sequence with 4 foreign movers, ADD", crowdedOut, CLASSIC, OVER_CLASSIC);
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

package io.enim.benchmarks.path;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.Contender;
import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.Coprocess;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures CNI calls, plugin to answer. */
public final class PathPart {
    private static final String PLUGIN = "ENIM, CNI plugin";
    private static final String HOST_DEVICE = "host-device + static";

    private PathPart() {}

    /** Measures, and tells. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft = new Result.Draft("path", "Whole path: from the CNI plugin to its answer", options.quick());
        draft.introduce(
                "IPv4, an idle node, one call after the other, taking turns: ENIM's shell plugin with curl and the"
                        + " agent behind it in a JVM of its own; the same question over the agent's socket without the plugin;"
                        + " Debian's plugins, which are programs that do it all; and the yardstick, which is no plugin. A plugin's"
                        + " time is taken around its process. `bridge` is no peer in what it gives: its pods have a veth pair.");
        NativePrograms nativePrograms = NativePrograms.build(
                Path.of("benchmarks/native"), options.directory().resolve("native"));
        nativePrograms.missing().forEach(draft::note);
        Path directory = Path.of("/run/path");
        try (DeviceTestbed deviceTestbed = new DeviceTestbed();
                AgentProcess agent = AgentProcess.start(
                                List.of(java()),
                                System.getProperty("java.class.path"),
                                WarmManagers.settings(directory, "veth", 4, "4").build(),
                                directory)
                        .awaitReady(4)) {
            InterleavedRounds interleavedRounds = new InterleavedRounds();
            nativePrograms
                    .yardstick()
                    .ifPresent(yardstick -> interleavedRounds.with(yardstick(deviceTestbed, yardstick)));
            interleavedRounds.with(
                    new SocketContender(agent.socket(), deviceTestbed.newSlot().netns()));
            interleavedRounds.with(plugin(nativePrograms, deviceTestbed, PLUGIN, "enim", agent));
            if (nativePrograms.plugins().isPresent()) {
                interleavedRounds.with(plugin(nativePrograms, deviceTestbed, HOST_DEVICE, "host-device", agent));
                interleavedRounds.with(plugin(nativePrograms, deviceTestbed, "bridge + host-local", "bridge", agent));
            }
            options.progress("path", "plugins and the agent, taking turns");
            Map<String, ContenderTimes> times = new LinkedHashMap<>();
            interleavedRounds
                    .run(options.quick() ? 3 : 60, options.quick() ? 10 : 200)
                    .forEach((contender, took) -> times.put(contender.name(), took));
            interleavedRounds.close();
            tell(draft, times);
        }
        return draft.done();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Contender yardstick(DeviceTestbed deviceTestbed, Path program) {
        Slot slot = deviceTestbed.newSlot();
        return Coprocess.start(
                "C, the same messages",
                List.of(program.toString(), "serve", slot.device(), slot.netns().toString(), "4"),
                Map.of());
    }

    private static Contender plugin(
            NativePrograms nativePrograms, DeviceTestbed deviceTestbed, String name, String kind, AgentProcess agent) {
        Slot slot = deviceTestbed.newSlot();
        return Coprocess.start(
                name,
                List.of(
                        nativePrograms.sources().resolve("commands.sh").toString(),
                        kind,
                        slot.device(),
                        slot.netns().toString(),
                        "4"),
                Map.of(
                        "ENIM_SOCKET",
                        agent.socket().toString(),
                        "ENIM_PLUGIN",
                        Path.of("examples/agent/cni/enim").toAbsolutePath().toString()));
    }

    private static void tell(Result.Draft draft, Map<String, ContenderTimes> times) {
        ContenderTimes first = times.values().iterator().next();
        List<List<String>> rows = new ArrayList<>();
        times.forEach((name, took) -> rows.add(took.cells(name, first)));
        draft.table(new Table(
                "Plugin to answer",
                ContenderTimes.columns(times.containsKey("C, the same messages") ? "C" : "the first row"),
                rows));
        ContenderTimes peer = times.get(HOST_DEVICE);
        if (peer != null) {
            ContenderTimes own = requireNonNull(times.get(PLUGIN));
            draft.note("`host-device` takes " + number(ContenderTimes.ratio(peer.adds(), own.adds()), 2)
                    + "x of ENIM's plugin's time for an ADD, and "
                    + number(ContenderTimes.ratio(peer.dels(), own.dels()), 2)
                    + "x for a DEL.");
        }
    }
}

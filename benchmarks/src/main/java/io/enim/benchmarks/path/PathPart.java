package io.enim.benchmarks.path;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures CNI calls, from the plugin's start to its answer. */
public final class PathPart {
    private static final String C = "C, the same messages";
    private static final String PLUGIN = "ENIM, CNI plugin";
    private static final String HOST_DEVICE = "host-device + static";

    private PathPart() {}

    /** Measures, and returns the result. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft = new Result.Draft("path", "Whole path: from the CNI plugin to its answer", options.quick());
        draft.introduce(
                "IPv4, an idle node, one call after the other, in turn: ENIM's shell plugin with curl and the"
                        + " agent behind it in a JVM of its own; the same request over the agent's socket without the plugin;"
                        + " Debian's plugins, which are programs that do it all; and the yardstick, which is no plugin. A plugin's"
                        + " time is measured around its process. `bridge` gives less than the others: its pods have a veth pair.");
        NativePrograms programs = NativePrograms.build(
                Path.of("benchmarks/native"), options.directory().resolve("native"));
        programs.missing().forEach(draft::note);
        Path directory = Path.of("/run/path");
        try (DeviceTestbed testbed = new DeviceTestbed();
                AgentProcess agent = AgentProcess.start(
                                List.of(java()),
                                System.getProperty("java.class.path"),
                                WarmManagers.settings(directory, "veth", 4, "4").build(),
                                directory)
                        .awaitReady(4)) {
            InterleavedRounds rounds = new InterleavedRounds();
            programs.yardstick()
                    .ifPresent(program -> rounds.with(programs.yardstick(C, testbed.newSlot(), "serve", "4")));
            rounds.with(new SocketContender(agent.socket(), testbed.newSlot().netns()));
            Map<String, String> environment = Map.of(
                    "ENIM_SOCKET",
                    agent.socket().toString(),
                    "ENIM_PLUGIN",
                    Path.of("examples/agent/cni/enim").toAbsolutePath().toString());
            rounds.with(programs.commands(PLUGIN, testbed.newSlot(), "enim", "4", environment));
            if (programs.plugins().isPresent()) {
                rounds.with(programs.commands(HOST_DEVICE, testbed.newSlot(), "host-device", "4", environment));
                rounds.with(programs.commands("bridge + host-local", testbed.newSlot(), "bridge", "4", environment));
            }
            options.progress("path", "plugins and the agent, in turn");
            report(draft, rounds.measure(options.quick() ? 3 : 60, options.quick() ? 10 : 200));
        }
        return draft.done();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void report(Result.Draft draft, Map<String, ContenderTimes> all) {
        ContenderTimes first = all.values().iterator().next();
        List<List<String>> rows = new ArrayList<>();
        all.forEach((name, times) -> rows.add(times.cells(name, first)));
        draft.table(new Table(
                "Plugin to answer", ContenderTimes.columns(all.containsKey(C) ? "C" : "the first row"), rows));
        ContenderTimes peer = all.get(HOST_DEVICE);
        if (peer != null) {
            ContenderTimes own = requireNonNull(all.get(PLUGIN));
            draft.note("`host-device` takes " + number(ContenderTimes.ratio(peer.adds(), own.adds()), 2)
                    + "x of ENIM's plugin's time for an ADD, and "
                    + number(ContenderTimes.ratio(peer.dels(), own.dels()), 2)
                    + "x for a DEL.");
        }
    }
}

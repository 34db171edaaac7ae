// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.path;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.device.Contender;
import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import io.enim.benchmarks.stages.PluginStages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Measures CNI calls, from the plugin's start to its answer. */
public final class PathPart {
    private static final String C = "C, the same messages";
    private static final String PROGRAM = "ENIM, CNI plugin in C";
    private static final String SCRIPT = "ENIM, CNI plugin as a shell script";
    private static final String HOST_DEVICE = "host-device + static";
    private static final Path PLUGIN = Path.of("examples/agent/cni").toAbsolutePath();

    private PathPart() {}

    public static void measure(Draft draft) throws Exception {
        draft.introduce("Whole path: from the CNI plugin to its answer", """
            IPv4, an idle node, one call after the other, in turn: ENIM's plugin, in C and as a shell script with curl, \
            and the agent behind it in a JVM of its own; the same requests over the agent's sockets without the plugin; \
            Debian's plugins, which are programs that do it all; and the yardstick, which is no plugin. A plugin's time \
            is measured around its process. `bridge` gives less than the others: its pods have a veth pair.\
            """);
        NativePrograms programs = NativePrograms.build(draft);
        Path directory = Path.of("/run/path");
        try (DeviceTestbed testbed = new DeviceTestbed();
                AgentProcess agent = new AgentProcess(
                        WarmManagers.settings(directory, 4, "4").build(), directory, 4)) {
            InterleavedRounds rounds = new InterleavedRounds();
            if (programs.yardstick().isPresent()) {
                rounds.with(C, programs.yardstick(testbed.newSlot(), "serve", "4"));
            }
            rounds.with(
                    "ENIM, HTTP alone",
                    new HttpContender(agent.socket, testbed.newSlot().netns()));
            rounds.with(
                    "ENIM, frames alone",
                    new FrameContender(agent.socket, testbed.newSlot().netns()));
            rounds.with(SCRIPT, plugin(PLUGIN.resolve("enim"), programs, testbed, agent));
            if (programs.yardstick().isPresent()) {
                Path built = draft.directory().resolve("native/cni").toAbsolutePath();
                NativePrograms.run(Map.of(), List.of(PLUGIN.resolve("build").toString(), built.toString()));
                rounds.with(PROGRAM, plugin(built.resolve("enim"), programs, testbed, agent));
            }
            if (programs.plugins()) {
                rounds.with(HOST_DEVICE, programs.commands(testbed.newSlot(), "host-device", "4", Map.of()));
                rounds.with("bridge + host-local", programs.commands(testbed.newSlot(), "bridge", "4", Map.of()));
            }
            draft.progress("plugins and the agent, in turn");
            report(draft, rounds.measure(draft.quick() ? 3 : 60, draft.quick() ? 10 : 200));
            draft.progress("the sockets, without a device");
            reportSockets(draft, agent);
            if (programs.yardstick().isPresent()) {
                draft.progress("stages");
                PluginStages.measure(draft, testbed.newSlot().netns(), Path.of("/run/stages"));
            }
        }
    }

    private static Contender plugin(Path plugin, NativePrograms programs, DeviceTestbed testbed, AgentProcess agent) {
        Map<String, String> environment =
                Map.of("ENIM_SOCKET", agent.socket.toString(), "ENIM_PLUGIN", plugin.toString());
        return programs.commands(testbed.newSlot(), "enim", "4", environment);
    }

    /** A DEL of what is not there: through the manager and back, without the kernel. */
    private static void reportSockets(Draft draft, AgentProcess agent) {
        int warmUp = draft.quick() ? 10 : 2_000;
        int calls = draft.quick() ? 10 : 2_000;
        Table table = draft.table(
                "From a connection to the manager and back: a DEL of an endpoint that is not there",
                "µs | n | p50 | p99 | quartiles");
        for (Contender contender : List.of(
                new HttpContender(agent.socket, Path.of("/none")),
                new FrameContender(agent.socket, Path.of("/none")))) {
            double[] micros = new double[calls];
            for (int i = -warmUp; i < calls; i++) {
                micros[Math.max(i, 0)] = contender.del().nanos() / 1e3;
            }
            Sample sample = Sample.of(micros);
            boolean frames = contender instanceof FrameContender;
            table.row(
                    "%s | %s | %s | %s | %s",
                    frames ? "frames" : "HTTP",
                    calls,
                    number(sample.median(), 0),
                    number(sample.p99(), 0),
                    sample.spread(0));
            if (frames) {
                draft.target(
                        "plugins-own-share",
                        "from a connection to the manager and back under 0.3 ms, median, warm",
                        number(sample.median() / 1e3, 2) + " ms",
                        sample.median() < 300);
            }
        }
    }

    private static void report(Draft draft, Map<String, ContenderTimes> all) {
        ContenderTimes first = all.values().iterator().next();
        Table table = draft.table(
                "Plugin to answer", "ms | " + ContenderTimes.header(all.containsKey(C) ? "C" : "the first row"));
        all.forEach((name, times) -> table.row("%s | %s", name, times.cells(first)));
        ContenderTimes peer = all.get(HOST_DEVICE);
        ContenderTimes own = all.get(PROGRAM);
        if (peer != null && own != null) {
            double add = ContenderTimes.ratio(own.adds(), peer.adds());
            double del = ContenderTimes.ratio(own.dels(), peer.dels());
            draft.target(
                    "plugin",
                    "plugin's ADD / DEL at most 0.80x / 1.00x of host-device with static IPv4",
                    number(add, 2) + "x / " + number(del, 2) + "x",
                    add <= 0.8 && del <= 1);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.path;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import java.nio.file.Path;
import java.util.Map;

/** Measures CNI calls, from the plugin's start to its answer. */
public final class PathPart {
    private static final String C = "C, the same messages";
    private static final String PLUGIN = "ENIM, CNI plugin";
    private static final String HOST_DEVICE = "host-device + static";

    private PathPart() {}

    public static void measure(Draft draft) throws Exception {
        draft.introduce("Whole path: from the CNI plugin to its answer", """
            IPv4, an idle node, one call after the other, in turn: ENIM's shell plugin with curl and the agent behind \
            it in a JVM of its own; the same request over the agent's socket without the plugin; Debian's plugins, \
            which are programs that do it all; and the yardstick, which is no plugin. A plugin's time is measured \
            around its process. `bridge` gives less than the others: its pods have a veth pair.\
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
            Path netns = testbed.newSlot().netns();
            rounds.with("ENIM, agent's socket", new SocketContender(agent.socket, netns));
            Map<String, String> environment = Map.of(
                    "ENIM_SOCKET",
                    agent.socket.toString(),
                    "ENIM_PLUGIN",
                    Path.of("examples/agent/cni/enim").toAbsolutePath().toString());
            rounds.with(PLUGIN, programs.commands(testbed.newSlot(), "enim", "4", environment));
            if (programs.plugins()) {
                rounds.with(HOST_DEVICE, programs.commands(testbed.newSlot(), "host-device", "4", environment));
                rounds.with("bridge + host-local", programs.commands(testbed.newSlot(), "bridge", "4", environment));
            }
            draft.progress("plugins and the agent, in turn");
            report(draft, rounds.measure(draft.quick() ? 3 : 60, draft.quick() ? 10 : 200));
        }
    }

    private static void report(Draft draft, Map<String, ContenderTimes> all) {
        ContenderTimes first = all.values().iterator().next();
        Table table = draft.table(
                "Plugin to answer", "ms | " + ContenderTimes.header(all.containsKey(C) ? "C" : "the first row"));
        all.forEach((name, times) -> table.row("%s | %s", name, times.cells(first)));
        ContenderTimes peer = all.get(HOST_DEVICE);
        if (peer != null) {
            ContenderTimes own = requireNonNull(all.get(PLUGIN));
            double add = ContenderTimes.ratio(peer.adds(), own.adds());
            double del = ContenderTimes.ratio(peer.dels(), own.dels());
            draft.note("`host-device` takes " + number(add, 2) + "x of ENIM's plugin's time for an ADD, and "
                    + number(del, 2) + "x for a DEL.");
        }
    }
}

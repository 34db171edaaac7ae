// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.stages;

import io.enim.EniManager;
import io.enim.EniSettings;
import io.enim.benchmarks.device.LineProgram;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Draft;
import io.enim.core.Enim;
import io.enim.examples.agent.Agent;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.netlink.KernelStats;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.spi.NetworkDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Calls of the CNI plugin in C, whose program says when it did what, to an agent in this process, whose calls of the manager
 * leave marks. Both have the same clock.
 */
public final class PluginStages {
    private static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",\"type\":\"enim\"}";
    private static final Path NATIVE = Path.of("benchmarks/native").toAbsolutePath();

    private final NetworkDevices devices;
    private final LineProgram caller;
    /** What the agent's threads marked; they hand over to this one by the caller's program. */
    private final List<StageMark> inside;

    private PluginStages(NetworkDevices devices, LineProgram caller, List<StageMark> inside) {
        this.devices = devices;
        this.caller = caller;
        this.inside = inside;
    }

    /** Adds the table of ADD and that of DEL to the draft: a real device, IPv4, each ADD into this namespace. */
    @SuppressWarnings("try") // The agent only has to run.
    public static void measure(Draft draft, Path netns, Path records) throws IOException, InterruptedException {
        Path directory = draft.directory().toAbsolutePath().resolve("native/marked");
        NativePrograms.run(
                Map.of("CFLAGS", "-O2 -include " + NATIVE.resolve("marks.h")),
                List.of("examples/agent/cni/build", directory.toString()));
        Path call = NativePrograms.program("call.c", draft.directory()).orElseThrow();
        List<StageMark> inside = Collections.synchronizedList(new ArrayList<>());
        EniSettings settings = WarmManagers.settings(records, 1, "4").build();
        Map<String, String> flags = new HashMap<>(settings.toMap());
        Path socket = records.resolve("agent.sock");
        flags.put("agent.socket", socket.toString());
        try (NetworkDevices devices = new LinuxDevicesFactory().create()) {
            EniManager manager = Enim.builder(settings).devices(devices).build();
            EniManager marked = MarkedCalls.around(
                    EniManager.class,
                    manager,
                    Set.of("add", "del"),
                    () -> inside.add(StageMark.of("parsed and validated", devices)),
                    () -> inside.add(StageMark.of("manager, sends left out", devices)));
            AgentSettings agentSettings = AgentSettings.read(Optional.empty(), Map.of(), flags, Optional.of("bench"));
            try (Agent agent = Agent.start(
                            agentSettings, marked, (command, code, took) -> answered(inside, took), () -> "");
                    LineProgram caller = new LineProgram(
                            Map.of("ENIM_SOCKET", socket.toString()), call, directory.resolve("enim"), netns, CONFIG)) {
                new PluginStages(devices, caller, inside).measure(draft, manager);
            }
        }
    }

    /** Called when the answer of a call is there, with the time since its frame was. */
    private static void answered(List<StageMark> inside, Duration took) {
        long now = System.nanoTime();
        StageMark first = inside.get(0);
        StageMark last = inside.get(inside.size() - 1);
        inside.add(0, first.then("frame in: sent, read, to a worker (two hand-overs)", now - took.toNanos()));
        inside.add(last.then("result made", now));
    }

    private void measure(Draft draft, EniManager manager) {
        StageTimes adds = new StageTimes();
        StageTimes dels = new StageTimes();
        int warmUp = draft.quick() ? 5 : 100;
        for (int round = -warmUp; round < (draft.quick() ? 10 : 200); round++) {
            WarmManagers.awaitReady(manager, 1);
            call("ADD", round >= 0 ? Optional.of(adds) : Optional.empty());
            call("DEL", round >= 0 ? Optional.of(dels) : Optional.empty());
        }
        adds.report(draft, "an ADD of the plugin");
        dels.report(draft, "a DEL of the plugin");
    }

    private void call(String command, Optional<StageTimes> into) {
        inside.clear();
        KernelStats before = KernelStats.of(devices).orElseThrow();
        String[] times = caller.ask(command).split(" ");
        long sent = KernelStats.of(devices).orElseThrow().since(before).sendNanos();
        if (inside.size() != 4) {
            throw new IllegalStateException("the agent called the manager otherwise than once: " + inside);
        }
        long began = Long.parseLong(times[0]);
        long ended = Long.parseLong(times[4]);
        StageMark first = inside.get(0);
        StageMark last = inside.get(inside.size() - 1);
        List<StageMark> marks = new ArrayList<>();
        marks.add(first.then("", began));
        marks.add(first.then("process starts", Long.parseLong(times[1])));
        marks.add(first.then("settings and call read, connected", Long.parseLong(times[2])));
        marks.addAll(inside);
        marks.add(last.then("answer out: sent, received (a hand-over)", Long.parseLong(times[3])));
        marks.add(last.then("printed, process ended", ended));
        into.ifPresent(stages -> stages.add(marks, (ended - began - sent) / 1e3));
    }
}

package io.enim.benchmarks.path;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.Contender;
import io.enim.benchmarks.device.Coprocess;
import io.enim.benchmarks.device.Ground;
import io.enim.benchmarks.device.Ground.Plot;
import io.enim.benchmarks.device.Managers;
import io.enim.benchmarks.device.Race;
import io.enim.benchmarks.device.Times;
import io.enim.benchmarks.device.Tools;
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
        Tools tools =
                Tools.build(Path.of("benchmarks/native"), options.directory().resolve("native"));
        tools.missing().forEach(draft::note);
        Path directory = Path.of("/run/path");
        try (Ground ground = new Ground();
                AgentProcess agent = AgentProcess.start(
                                List.of(java()),
                                System.getProperty("java.class.path"),
                                Managers.settings(directory, "veth", 4, "4").build(),
                                directory)
                        .awaitReady(4)) {
            Race race = new Race();
            tools.yardstick().ifPresent(yardstick -> race.with(yardstick(ground, yardstick)));
            race.with(new SocketContender(agent.socket(), ground.plot().netns()));
            race.with(plugin(tools, ground, PLUGIN, "enim", agent));
            if (tools.plugins().isPresent()) {
                race.with(plugin(tools, ground, HOST_DEVICE, "host-device", agent));
                race.with(plugin(tools, ground, "bridge + host-local", "bridge", agent));
            }
            options.progress("path", "plugins and the agent, taking turns");
            Map<String, Times> times = new LinkedHashMap<>();
            race.run(options.quick() ? 3 : 60, options.quick() ? 10 : 200)
                    .forEach((contender, took) -> times.put(contender.name(), took));
            race.close();
            tell(draft, times);
        }
        return draft.done();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Contender yardstick(Ground ground, Path program) {
        Plot plot = ground.plot();
        return Coprocess.start(
                "C, the same messages",
                List.of(program.toString(), "serve", plot.device(), plot.netns().toString(), "4"),
                Map.of());
    }

    private static Contender plugin(Tools tools, Ground ground, String name, String kind, AgentProcess agent) {
        Plot plot = ground.plot();
        return Coprocess.start(
                name,
                List.of(
                        tools.sources().resolve("commands.sh").toString(),
                        kind,
                        plot.device(),
                        plot.netns().toString(),
                        "4"),
                Map.of(
                        "ENIM_SOCKET",
                        agent.socket().toString(),
                        "ENIM_PLUGIN",
                        Path.of("examples/agent/cni/enim").toAbsolutePath().toString()));
    }

    private static void tell(Result.Draft draft, Map<String, Times> times) {
        Times first = times.values().iterator().next();
        List<List<String>> rows = new ArrayList<>();
        times.forEach((name, took) -> rows.add(took.cells(name, first)));
        draft.table(new Table(
                "Plugin to answer",
                Times.columns(times.containsKey("C, the same messages") ? "C" : "the first row"),
                rows));
        Times peer = times.get(HOST_DEVICE);
        if (peer != null) {
            Times own = requireNonNull(times.get(PLUGIN));
            draft.note("`host-device` takes " + number(Times.ratio(peer.adds(), own.adds()), 2)
                    + "x of ENIM's plugin's time for an ADD, and " + number(Times.ratio(peer.dels(), own.dels()), 2)
                    + "x for a DEL.");
        }
    }
}

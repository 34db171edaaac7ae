// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pod;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.LineProgram;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.path.AgentProcess;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import io.enim.systemtests.containerd.Containerd;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures RunPodSandbox: until it returns, and until the pod's address answers. */
public final class PodPart {
    private static final String ENIM = "ENIM, CNI plugin in C";
    private static final String HOST_DEVICE = "host-device + static";
    private static final String BRIDGE = "bridge + host-local";

    private static final List<String> PROGRAMS = List.of("containerd", "ctr", "runc", "busybox", "cc");
    private static final List<String> PLUGINS = List.of("loopback", "host-device", "static", "bridge", "host-local");
    /** The whole range of users, as the first user namespace has it. */
    private static final List<String> REAL_ROOT = List.of("0", "0", "4294967295");

    private static final int ENIS = 4;
    private static final String DEVICE = "spare0";

    private final Draft draft;
    private final Map<String, PodContender> pods = new LinkedHashMap<>();

    private PodPart(Draft draft) {
        this.draft = draft;
    }

    public static void measure(Draft draft) throws Exception {
        draft.introduce("Pod: from RunPodSandbox to an address that answers", """
            containerd runs a sandbox (runc, a process that sleeps) and calls the plugins of one network: ENIM's, with the \
            agent in a JVM of its own, with the options as installed; `host-device` with `static`, which moves a veth device as ENIM does; `bridge` with \
            `host-local`, whose pods get a veth pair and no device of their own. All IPv4, an idle node, one pod at a time, in \
            turn. The call is the CRI's, and the address is asked for over it. Then an echo goes out every 0.1 ms, from where \
            the gateway is (for `bridge`, the host), until one comes back.\
            """);
        List<String> missing = missing();
        if (missing.isEmpty()) {
            new PodPart(draft).measure();
        } else {
            draft.note("Left out: all of it, since " + String.join(", ", missing)
                    + ". `benchmarks/run --install` installs the programs.");
        }
    }

    private static List<String> missing() throws IOException {
        List<String> missing = new ArrayList<>();
        PROGRAMS.stream()
                .filter(program -> !NativePrograms.isInstalled(program))
                .forEach(program -> missing.add("`" + program + "` is missing"));
        PLUGINS.stream()
                .filter(plugin -> !Files.isExecutable(NativePrograms.DEBIAN_PLUGINS.resolve(plugin)))
                .forEach(plugin -> missing.add("the plugin `" + plugin + "` is missing"));
        if (!List.of(Files.readString(Path.of("/proc/self/uid_map")).trim().split(" +"))
                .equals(REAL_ROOT)) {
            missing.add("runc needs the real root");
        }
        return missing;
    }

    private void measure() throws Exception {
        Path directory = Files.createDirectories(Path.of("/run/pods"));
        Path program = NativePrograms.program("answers.c", draft.directory()).orElseThrow();
        try (DeviceTestbed testbed = new DeviceTestbed();
                AgentProcess agent = new AgentProcess(
                        WarmManagers.settings(directory, ENIS, "4").build(), directory, ENIS)) {
            Path fabric = testbed.addDevice(DEVICE, InetAddress.getByName("10.90.0.1"), 24);
            install(directory.resolve("bin"), agent);
            String enim = "{\"type\":\"enim\"}";
            try (Containerd containerd = new Containerd(directory, "enim", enim)) {
                pods.put(ENIM, pod(containerd, "enim", enim, program, vpc()));
                pods.put(HOST_DEVICE, pod(containerd, "host-device", """
                        {"type":"host-device","device":"%s","ipam":{"type":"static","addresses":\
                        [{"address":"10.90.0.10/24","gateway":"10.90.0.1"}],"routes":[{"dst":"0.0.0.0/0"}]}}\
                        """.formatted(DEVICE), program, fabric));
                pods.put(BRIDGE, pod(containerd, "bridge", """
                        {"type":"bridge","bridge":"cni0","isGateway":true,"ipam":{"type":"host-local",\
                        "dataDir":"/run/host-local","ranges":[[{"subnet":"10.91.0.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}}\
                        """, program, Path.of("/proc/self/ns/net")));
                InterleavedRounds rounds = new InterleavedRounds();
                pods.forEach(rounds::with);
                draft.progress("pods, in turn");
                report(rounds.measure(draft.quick() ? 1 : 30, draft.quick() ? 3 : 100));
                containerd.removeAll();
            }
        }
    }

    private static PodContender pod(Containerd containerd, String network, String plugin, Path program, Path from) {
        return new PodContender(containerd, network, plugin, new LineProgram(Map.of(), program, from));
    }

    /** Where the fake cloud has the gateway and the far ends of the ENIs. */
    private static Path vpc() throws IOException {
        try (Stream<Path> namespaces = Files.list(Path.of("/run/netns"))) {
            return namespaces
                    .filter(path -> path.getFileName().toString().startsWith("vpc-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Ours, told of the agent's socket, and Debian's. */
    private static void install(Path plugins, AgentProcess agent) throws IOException, InterruptedException {
        NativePrograms.run(Map.of(), List.of("examples/agent/cni/build", plugins.toString()));
        Files.writeString(plugins.resolve("enim.conf"), "socket=" + agent.socket + "\n");
        for (String plugin : PLUGINS) {
            Files.createSymbolicLink(plugins.resolve(plugin), NativePrograms.DEBIAN_PLUGINS.resolve(plugin));
        }
    }

    private void report(Map<String, ContenderTimes> all) {
        Table table = draft.table(
                "RunPodSandbox and StopPodSandbox",
                "ms | n | sandbox runs p50 | address answers p50 | p99 | quartiles | x " + HOST_DEVICE + " | x "
                        + BRIDGE + " | stop p50 | p99");
        Sample hostDevice = requireNonNull(all.get(HOST_DEVICE)).adds();
        Sample bridge = requireNonNull(all.get(BRIDGE)).adds();
        all.forEach((name, times) -> {
            Sample answers = times.adds();
            List<Double> started = requireNonNull(pods.get(name)).started();
            Sample runs = Sample.of(started.subList(started.size() - answers.size(), started.size()));
            table.row(
                    "%s | %d | %,.1f | %,.1f | %,.1f | %s | %.2f | %.2f | %,.1f | %,.1f",
                    name,
                    answers.size(),
                    runs.median(),
                    answers.median(),
                    answers.p99(),
                    answers.spread(1),
                    ContenderTimes.ratio(answers, hostDevice),
                    ContenderTimes.ratio(answers, bridge),
                    times.dels().median(),
                    times.dels().p99());
        });
        Sample own = requireNonNull(all.get(ENIM)).adds();
        target(HOST_DEVICE, 0.95, ContenderTimes.ratio(own, hostDevice));
        target(BRIDGE, 1.20, ContenderTimes.ratio(own, bridge));
    }

    private void target(String peer, double most, double measured) {
        draft.target(
                "pod",
                "RunPodSandbox to an address that answers at most " + number(most, 2) + "x of " + peer,
                number(measured, 2) + "x",
                measured <= most);
    }
}

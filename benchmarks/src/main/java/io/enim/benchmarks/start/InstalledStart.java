// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.benchmarks.gc.SteadyProviderFactory;
import io.enim.benchmarks.path.AgentProcess;
import io.enim.benchmarks.path.FrameContender;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The start and the memory of the agent as it is installed, beside the floor in the same JVM. */
final class InstalledStart {
    private static final String FLOOR = "jnr-ffi and one move, the floor";
    private static final String MANAGER = "a manager";
    private static final String AGENT = "the agent";
    private static final double MOST_RATIO = 1.6;
    private static final double MOST_MIB = 120;
    private static final long PAUSE_NANOS = 1_000_000;

    private final Draft draft;
    private final DeviceTestbed testbed;
    private final List<Path> sandboxes;
    private final Jdk jdk;
    private final Path directory;
    private final Installation installed;
    private final Map<String, List<ProcessFigures>> starts = new LinkedHashMap<>();
    private int directories;

    /** Installs; the sandboxes are those of the steady cloud's ENIs. */
    InstalledStart(Draft draft, DeviceTestbed testbed, List<Path> sandboxes, Jdk jdk)
            throws IOException, InterruptedException {
        this.draft = draft;
        this.testbed = testbed;
        this.sandboxes = sandboxes;
        this.jdk = jdk;
        this.directory = Files.createDirectories(Path.of("/run", "jdk" + jdk.release()));
        draft.progress("archive for JDK " + jdk.release() + ", as installed");
        this.installed = new Installation(jdk, directory.resolve("installed"));
    }

    void measure() throws IOException {
        int rounds = draft.quick() ? 1 : 11;
        for (int round = 1; round <= rounds; round++) {
            draft.progress("JDK " + jdk.release() + " as installed, round " + round + " of " + rounds);
            Slot slot = testbed.newSlot();
            add(FLOOR, program(FirstMove.class, slot.device(), slot.netns().toString()));
            add(
                    MANAGER,
                    program(
                            FirstAdd.class,
                            "plain",
                            next().toString(),
                            "0",
                            sandboxes.get(0).toString()));
            add(AGENT, agent());
        }
        reportStarts();
        reportMemory();
    }

    private void add(String name, ProcessFigures figures) {
        starts.computeIfAbsent(name, key -> new ArrayList<>()).add(figures);
    }

    private Path next() throws IOException {
        return Files.createDirectories(directory.resolve(String.valueOf(++directories)));
    }

    private ProcessFigures program(Class<?> program, String... arguments) throws IOException {
        try (MeasuredJvm jvm = new MeasuredJvm(installed.command(program, arguments), next().resolve("errors"))) {
            jvm.await("answered");
            return jvm.figures();
        }
    }

    private ProcessFigures agent() throws IOException {
        long began = System.nanoTime();
        try (AgentProcess agent = serve(1)) {
            FrameContender first = firstAdd(agent);
            ProcessFigures figures = ProcessFigures.of(agent.process, began);
            first.del();
            return figures;
        }
    }

    private AgentProcess serve(int enis) throws IOException {
        Path records = next();
        EniSettings settings = SteadyProviderFactory.settings(records, enis)
                .set(EniSetting.DEVICES, "linux")
                .build();
        return new AgentProcess(List.of(installed.launcher()), installed.environment(), settings, records);
    }

    /** As soon as there is a socket, as the CNI plugin does. */
    private FrameContender firstAdd(AgentProcess agent) throws IOException {
        while (!agent.serves()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        FrameContender endpoint = new FrameContender(agent.socket, sandboxes.get(0));
        endpoint.add();
        return endpoint;
    }

    private void reportStarts() {
        Table table = draft.table(
                "As installed, JDK " + jdk.release() + ": from the process's start to the first ADD's answer",
                "ms | " + ProcessFigures.HEADER + " | x floor");
        double floor = median(FLOOR);
        starts.forEach((name, all) -> {
            double ratio = median(name) / floor;
            table.row("%s | %s | %,.2f", name, ProcessFigures.cells(all), ratio);
            if (!name.equals(FLOOR)) {
                draft.target(
                        "start",
                        "as installed, JDK " + jdk.release() + ": first ADD of " + name + " within 1.6x of the floor",
                        number(ratio, 2) + "x",
                        ratio <= MOST_RATIO);
            }
        });
    }

    private double median(String name) {
        return ProcessFigures.of(starts.getOrDefault(name, List.of()), ProcessFigures::millis)
                .median();
    }

    private void reportMemory() throws IOException {
        Table table = draft.table(
                "As installed, JDK " + jdk.release() + ": memory of the agent, MiB",
                " | after the first ADD | with " + sandboxes.size() + " assignments | each made three times");
        try (AgentProcess agent = serve(sandboxes.size())) {
            firstAdd(agent).del();
            double first = residentMiB(agent);
            List<FrameContender> endpoints = sandboxes.stream()
                    .map(netns -> new FrameContender(agent.socket, netns))
                    .toList();
            endpoints.forEach(FrameContender::add);
            double once = residentMiB(agent);
            for (int round = 0; round < 2; round++) {
                draft.progress("JDK " + jdk.release() + ", memory, round " + (round + 1) + " of 2");
                endpoints.forEach(FrameContender::del);
                endpoints.forEach(FrameContender::add);
            }
            double thrice = residentMiB(agent);
            table.row("%s | %,.0f | %,.0f | %,.0f", "resident", first, once, thrice);
            draft.target(
                    "memory",
                    "as installed, JDK " + jdk.release() + ": the agent resident within 120 MiB with "
                            + sandboxes.size() + " assignments",
                    number(thrice, 0) + " MiB",
                    thrice <= MOST_MIB);
            endpoints.forEach(FrameContender::del);
        }
    }

    private static double residentMiB(AgentProcess agent) throws IOException {
        return ProcessFigures.of(agent.process, 0).residentMiB();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.gc.SteadyCloud;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public final class StartPart {
    /** The jars of this class path that an embedding agent needs. */
    private static final Pattern NEEDED =
            Pattern.compile("(enim-benchmarks|eni-api|eni-core|eni-netlink|provider-fake|guice|"
                    + "guava|failureaccess|aopalliance|jakarta\\.inject|jnr|jffi|asm|slf4j|logback|jspecify).*\\.jar");

    private final Draft draft;
    private final List<Path> sandboxes = new ArrayList<>();
    private final String classPath;
    private int directories;

    private StartPart(Draft draft) {
        this.draft = draft;
        this.classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(jar -> Path.of(jar).toAbsolutePath())
                .filter(jar -> NEEDED.matcher(jar.getFileName().toString()).matches())
                .map(Path::toString)
                .sorted()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A variant of the start: a JDK, a builder, and an archive of loaded classes or none. */
    private record JvmVariant(Jdk jdk, String builder, String archive, List<String> jvm) {
        String title() {
            return "JDK " + jdk.release() + ", " + builder + ", " + archive;
        }
    }

    public static void measure(Draft draft) throws IOException, InterruptedException {
        draft.introduce("Start: from a JVM's start to its first ADD, and memory", """
            A new JVM on a node whose ENIs are attached already, as after a restart: from the start of the process to \
            the answer of the first ADD, with a real veth device (which takes the kernel some 16 ms), measured from \
            outside. Variants run in turn. As installed: with `examples/agent/jvm.options` and the class-data archive of \
            `enim-agent archive`; the floor is a program in the same JVM that loads jnr-ffi and moves one device with the \
            messages of `native/move.c`. An embedding program's archive is that of `-XX:ArchiveClassesAtExit`, created by \
            one run.\
            """);
        StartPart part = new StartPart(draft);
        try (DeviceTestbed testbed = new DeviceTestbed()) {
            for (int i = 0; i < (draft.quick() ? 10 : 250); i++) {
                part.sandboxes.add(testbed.newSlot(SteadyCloud.mac(i)).netns());
            }
            for (Jdk jdk : Jdk.ownAndNewest()) {
                new InstalledStart(draft, testbed, part.sandboxes, jdk).measure();
            }
            part.starts();
            part.memory();
        }
    }

    private List<JvmVariant> variants() throws IOException {
        List<JvmVariant> variants = new ArrayList<>();
        for (Jdk jdk : Jdk.ownAndNewest()) {
            for (String builder : List.of("plain", "guice")) {
                variants.add(new JvmVariant(jdk, builder, "no archive", List.of()));
                Path archive = Path.of("/run", "classes-" + jdk.release() + "-" + builder + ".jsa");
                draft.progress("archive for JDK " + jdk.release() + ", " + builder);
                first(new JvmVariant(jdk, builder, "creating it", List.of("-XX:ArchiveClassesAtExit=" + archive)));
                if (!Files.exists(archive)) {
                    throw new IOException("JDK " + jdk.release() + " created no archive " + archive);
                }
                List<String> use = List.of("-XX:SharedArchiveFile=" + archive);
                variants.add(new JvmVariant(jdk, builder, "archive", use));
                if (builder.equals("plain")) {
                    List<String> lean = List.of(use.get(0), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
                    variants.add(new JvmVariant(jdk, builder, "archive, C1, SerialGC", lean));
                }
            }
        }
        return variants;
    }

    private ProcessFigures first(JvmVariant variant) throws IOException {
        try (MeasuredJvm jvmProcess = start(variant, 0, sandboxes.subList(0, 1))) {
            jvmProcess.await("answered");
            return jvmProcess.figures();
        }
    }

    private MeasuredJvm start(JvmVariant variant, int pairs, List<Path> into) throws IOException {
        Path directory = Files.createDirectories(Path.of("/run", "start" + ++directories));
        List<String> command = new ArrayList<>(List.of(variant.jdk().java()));
        command.addAll(variant.jvm());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=io/enim/benchmarks/logback.xml",
                "-cp",
                classPath,
                FirstAdd.class.getName(),
                variant.builder(),
                directory.toString(),
                String.valueOf(pairs)));
        into.forEach(sandbox -> command.add(sandbox.toString()));
        return new MeasuredJvm(command, directory.resolve("errors"));
    }

    private void starts() throws IOException {
        Table table = draft.table(
                "An embedding program: from the process's start to the first ADD's answer",
                "ms | " + ProcessFigures.HEADER);
        List<JvmVariant> variants = variants();
        Map<JvmVariant, List<ProcessFigures>> times = new LinkedHashMap<>();
        int rounds = draft.quick() ? 1 : 7;
        for (int round = 1; round <= rounds; round++) {
            draft.progress("round " + round + " of " + rounds);
            for (JvmVariant variant : variants) {
                times.computeIfAbsent(variant, key -> new ArrayList<>()).add(first(variant));
            }
        }
        times.forEach((variant, all) -> {
            table.row("%s | %s", variant.title(), ProcessFigures.cells(all));
            if (variant.title().equals("JDK 17, plain, archive")) {
                double median = ProcessFigures.of(all, ProcessFigures::millis).median();
                draft.target(
                        "start",
                        "first ADD within 1 s of the JVM's start with the archive, JDK 17",
                        number(median, 0) + " ms median",
                        median < 1000);
            }
        });
    }

    private void memory() throws IOException {
        int pairs = draft.quick() ? 5 : 500;
        Table table = draft.table(
                "Memory of an embedding process, MiB; the heap is measured after a full collection",
                " | resident after the first ADD | after " + number(2 * pairs, 0) + " operations | with "
                        + sandboxes.size() + " assignments | heap in use then");
        Jdk jdk = Jdk.ownAndNewest().get(0);
        for (List<String> jvm : List.of(List.<String>of(), List.of("-XX:+UseSerialGC", "-Xmx64m"))) {
            draft.progress("memory, " + (jvm.isEmpty() ? "default options" : jvm));
            try (MeasuredJvm jvmProcess = start(new JvmVariant(jdk, "plain", "no archive", jvm), pairs, sandboxes)) {
                jvmProcess.await("answered");
                double first = jvmProcess.figures().residentMiB();
                jvmProcess.await("worked");
                double worked = jvmProcess.figures().residentMiB();
                double heap = Long.parseLong(jvmProcess.await("full")) / 1024.0 / 1024.0;
                double full = jvmProcess.figures().residentMiB();
                String title = "JDK " + jdk.release() + (jvm.isEmpty() ? "" : ", " + String.join(" ", jvm));
                table.row("%s | %,.0f | %,.0f | %,.0f | %,.1f", title, first, worked, full, heap);
            }
        }
    }
}

package io.enim.benchmarks.start;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.gc.SteadyCloud;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Result.Target;
import io.enim.benchmarks.report.Sample;
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

/** Measures fresh JVMs. */
public final class StartPart {
    /** What an embedding agent needs of what lies on this class path. */
    private static final Pattern NEEDED =
            Pattern.compile("(enim-benchmarks|eni-api|eni-core|eni-netlink|provider-fake|guice|"
                    + "guava|failureaccess|aopalliance|jakarta\\.inject|jnr|jffi|asm|slf4j|logback|jspecify).*\\.jar");

    private static final double SECOND = 1000;

    private final Options options;
    private final DeviceTestbed deviceTestbed = new DeviceTestbed();
    private final List<Path> sandboxes = new ArrayList<>();
    private final String classPath;
    private int directories;

    private StartPart(Options options) {
        this.options = options;
        this.classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar ->
                        NEEDED.matcher(Path.of(jar).getFileName().toString()).matches())
                .map(jar -> Path.of(jar).toAbsolutePath().toString())
                .sorted()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A way to start: a JDK, a builder, and with or without an archive of loaded classes. */
    private record JvmVariant(Jdk jdk, String builder, String archive, List<String> jvm) {
        String title() {
            return "JDK " + jdk.release() + ", " + builder + ", " + archive;
        }
    }

    /** Measures, and tells. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft =
                new Result.Draft("start", "Start: from a JVM's start to its first ADD, and memory", options.quick());
        StartPart part = new StartPart(options);
        part.measure(draft);
        part.deviceTestbed.close();
        return draft.done();
    }

    private void measure(Result.Draft draft) throws IOException {
        draft.introduce(
                "A fresh JVM on a node whose ENIs are attached already, as after a restart: from the start of the"
                        + " process to the answer of the first ADD, with a real veth device (which takes the kernel some 16 ms),"
                        + " seen from outside. The archive is the JVM's own (`-XX:ArchiveClassesAtExit`), made by one run. Ways take"
                        + " turns.");
        int enis = options.quick() ? 10 : 250;
        for (int i = 0; i < enis; i++) {
            sandboxes.add(deviceTestbed.newSlot(SteadyCloud.mac(i)).netns());
        }
        List<JvmVariant> ways = ways();
        Map<JvmVariant, double[]> millis = new LinkedHashMap<>();
        Map<JvmVariant, double[]> processor = new LinkedHashMap<>();
        int rounds = options.quick() ? 1 : 7;
        for (JvmVariant jvmVariant : ways) {
            millis.put(jvmVariant, new double[rounds]);
            processor.put(jvmVariant, new double[rounds]);
        }
        for (int round = 0; round < rounds; round++) {
            options.progress("start", "round " + (round + 1) + " of " + rounds);
            for (JvmVariant jvmVariant : ways) {
                FirstAddTime firstAddTime = first(jvmVariant);
                requireNonNull(millis.get(jvmVariant))[round] = firstAddTime.millis();
                requireNonNull(processor.get(jvmVariant))[round] = firstAddTime.processorMillis();
            }
        }
        draft.table(starts(millis, processor, draft));
        draft.table(memory(enis));
    }

    private List<JvmVariant> ways() throws IOException {
        List<JvmVariant> ways = new ArrayList<>();
        for (Jdk jdk : Jdk.ownAndNewest()) {
            for (String builder : List.of("plain", "guice")) {
                ways.add(new JvmVariant(jdk, builder, "no archive", List.of()));
                Path archive = Path.of("/run", "classes-" + jdk.release() + "-" + builder + ".jsa");
                options.progress("start", "archive for JDK " + jdk.release() + ", " + builder);
                first(new JvmVariant(jdk, builder, "making it", List.of("-XX:ArchiveClassesAtExit=" + archive)));
                if (!Files.exists(archive)) {
                    throw new IOException("JDK " + jdk.release() + " made no archive " + archive);
                }
                List<String> use = List.of("-XX:SharedArchiveFile=" + archive);
                ways.add(new JvmVariant(jdk, builder, "archive", use));
                List<String> lean =
                        List.of("-XX:SharedArchiveFile=" + archive, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
                if (builder.equals("plain")) {
                    ways.add(new JvmVariant(jdk, builder, "archive, C1, SerialGC", lean));
                }
            }
        }
        return ways;
    }

    private record FirstAddTime(double millis, double processorMillis) {}

    private FirstAddTime first(JvmVariant jvmVariant) throws IOException {
        try (MeasuredJvm measuredJvm = start(jvmVariant, 0, sandboxes.subList(0, 1))) {
            measuredJvm.await("answered");
            FirstAddTime firstAddTime = new FirstAddTime(measuredJvm.millis(), measuredJvm.processorMillis());
            measuredJvm.await("full");
            return firstAddTime;
        }
    }

    private MeasuredJvm start(JvmVariant jvmVariant, int pairs, List<Path> into) throws IOException {
        Path directory = Path.of("/run", "start" + ++directories);
        return MeasuredJvm.start(
                jvmVariant.jdk().java(), jvmVariant.jvm(), classPath, jvmVariant.builder(), directory, pairs, into);
    }

    private Table starts(Map<JvmVariant, double[]> millis, Map<JvmVariant, double[]> processor, Result.Draft draft) {
        List<List<String>> rows = new ArrayList<>();
        millis.forEach((jvmVariant, values) -> {
            Sample sample = Sample.of(values);
            rows.add(List.of(
                    jvmVariant.title(),
                    "" + sample.size(),
                    number(sample.median(), 0),
                    number(sample.percentile(100), 0),
                    sample.spread(0),
                    number(Sample.of(requireNonNull(processor.get(jvmVariant))).median(), 0)));
            if (jvmVariant.builder().equals("plain")
                    && jvmVariant.archive().equals("archive")
                    && jvmVariant.jdk().release() == 17) {
                draft.target(Target.of(
                        "first ADD within 1 s of the JVM's start with the archive, JDK 17",
                        number(sample.median(), 0) + " ms median, of it "
                                + number(
                                        Sample.of(requireNonNull(processor.get(jvmVariant)))
                                                .median(),
                                        0)
                                + " ms of processor time over all threads",
                        sample.median() < SECOND));
            }
        });
        return new Table(
                "From the process's start to the first ADD's answer",
                List.of("ms", "n", "p50", "most", "quartiles", "processor time p50"),
                rows);
    }

    private Table memory(int enis) throws IOException {
        int pairs = options.quick() ? 5 : 500;
        List<List<String>> rows = new ArrayList<>();
        Jdk jdk = Jdk.ownAndNewest().get(0);
        for (List<String> jvm : List.of(List.<String>of(), List.of("-XX:+UseSerialGC", "-Xmx64m"))) {
            options.progress("start", "memory, " + (jvm.isEmpty() ? "default options" : jvm));
            try (MeasuredJvm measuredJvm = start(new JvmVariant(jdk, "plain", "no archive", jvm), pairs, sandboxes)) {
                measuredJvm.await("answered");
                double first = measuredJvm.residentMiB();
                measuredJvm.await("worked");
                double worked = measuredJvm.residentMiB();
                double heap = Long.parseLong(measuredJvm.await("full")) / 1024.0 / 1024.0;
                rows.add(List.of(
                        "JDK " + jdk.release() + (jvm.isEmpty() ? "" : ", " + String.join(" ", jvm)),
                        number(first, 0),
                        number(worked, 0),
                        number(measuredJvm.residentMiB(), 0),
                        number(heap, 1)));
            }
        }
        return new Table(
                "Memory of an embedding process, MiB; the heap is measured after a full collection",
                List.of(
                        "",
                        "resident after the first ADD",
                        "after " + number(2.0 * pairs, 0) + " operations",
                        "with " + enis + " assignments",
                        "heap in use then"),
                rows);
    }
}

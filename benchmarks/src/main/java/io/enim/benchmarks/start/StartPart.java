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

/** Measures new JVMs. */
public final class StartPart {
    /** The jars of this class path that an embedding agent needs. */
    private static final Pattern NEEDED =
            Pattern.compile("(enim-benchmarks|eni-api|eni-core|eni-netlink|provider-fake|guice|"
                    + "guava|failureaccess|aopalliance|jakarta\\.inject|jnr|jffi|asm|slf4j|logback|jspecify).*\\.jar");

    private static final double SECOND = 1000;

    private final Options options;
    private final DeviceTestbed testbed = new DeviceTestbed();
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

    /** A variant of the start: a JDK, a builder, and an archive of loaded classes or none. */
    private record JvmVariant(Jdk jdk, String builder, String archive, List<String> jvm) {
        String title() {
            return "JDK " + jdk.release() + ", " + builder + ", " + archive;
        }
    }

    /** Measures, and returns the result. */
    public static Result run(Options options) throws Exception {
        Result.Draft draft =
                new Result.Draft("start", "Start: from a JVM's start to its first ADD, and memory", options.quick());
        StartPart part = new StartPart(options);
        part.measure(draft);
        part.testbed.close();
        return draft.done();
    }

    private void measure(Result.Draft draft) throws IOException {
        draft.introduce("A new JVM on a node whose ENIs are attached already, as after a restart: from the start of the"
                + " process to the answer of the first ADD, with a real veth device (which takes the kernel some 16 ms),"
                + " measured from outside. The archive is the JVM's own (`-XX:ArchiveClassesAtExit`), created by one run. Variants"
                + " run in turn.");
        int enis = options.quick() ? 10 : 250;
        for (int i = 0; i < enis; i++) {
            sandboxes.add(testbed.newSlot(SteadyCloud.mac(i)).netns());
        }
        List<JvmVariant> variants = variants();
        Map<JvmVariant, double[]> millis = new LinkedHashMap<>();
        Map<JvmVariant, double[]> processor = new LinkedHashMap<>();
        int rounds = options.quick() ? 1 : 7;
        for (JvmVariant variant : variants) {
            millis.put(variant, new double[rounds]);
            processor.put(variant, new double[rounds]);
        }
        for (int round = 0; round < rounds; round++) {
            options.progress("start", "round " + (round + 1) + " of " + rounds);
            for (JvmVariant variant : variants) {
                FirstAddTime time = first(variant);
                requireNonNull(millis.get(variant))[round] = time.millis();
                requireNonNull(processor.get(variant))[round] = time.processorMillis();
            }
        }
        draft.table(starts(millis, processor, draft));
        draft.table(memory(enis));
    }

    private List<JvmVariant> variants() throws IOException {
        List<JvmVariant> variants = new ArrayList<>();
        for (Jdk jdk : Jdk.ownAndNewest()) {
            for (String builder : List.of("plain", "guice")) {
                variants.add(new JvmVariant(jdk, builder, "no archive", List.of()));
                Path archive = Path.of("/run", "classes-" + jdk.release() + "-" + builder + ".jsa");
                options.progress("start", "archive for JDK " + jdk.release() + ", " + builder);
                first(new JvmVariant(jdk, builder, "creating it", List.of("-XX:ArchiveClassesAtExit=" + archive)));
                if (!Files.exists(archive)) {
                    throw new IOException("JDK " + jdk.release() + " created no archive " + archive);
                }
                List<String> use = List.of("-XX:SharedArchiveFile=" + archive);
                variants.add(new JvmVariant(jdk, builder, "archive", use));
                List<String> lean =
                        List.of("-XX:SharedArchiveFile=" + archive, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
                if (builder.equals("plain")) {
                    variants.add(new JvmVariant(jdk, builder, "archive, C1, SerialGC", lean));
                }
            }
        }
        return variants;
    }

    private record FirstAddTime(double millis, double processorMillis) {}

    private FirstAddTime first(JvmVariant variant) throws IOException {
        try (MeasuredJvm jvmProcess = start(variant, 0, sandboxes.subList(0, 1))) {
            jvmProcess.await("answered");
            FirstAddTime time = new FirstAddTime(jvmProcess.millis(), jvmProcess.processorMillis());
            jvmProcess.await("full");
            return time;
        }
    }

    private MeasuredJvm start(JvmVariant variant, int pairs, List<Path> into) throws IOException {
        Path directory = Path.of("/run", "start" + ++directories);
        return MeasuredJvm.start(
                variant.jdk().java(), variant.jvm(), classPath, variant.builder(), directory, pairs, into);
    }

    private Table starts(Map<JvmVariant, double[]> millis, Map<JvmVariant, double[]> processor, Result.Draft draft) {
        List<List<String>> rows = new ArrayList<>();
        millis.forEach((variant, values) -> {
            Sample sample = Sample.of(values);
            String used =
                    number(Sample.of(requireNonNull(processor.get(variant))).median(), 0);
            rows.add(List.of(
                    variant.title(),
                    "" + sample.size(),
                    number(sample.median(), 0),
                    number(sample.percentile(100), 0),
                    sample.spread(0),
                    used));
            if (variant.builder().equals("plain")
                    && variant.archive().equals("archive")
                    && variant.jdk().release() == 17) {
                draft.target(Target.of(
                        "first ADD within 1 s of the JVM's start with the archive, JDK 17",
                        number(sample.median(), 0) + " ms median, of it " + used
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
            try (MeasuredJvm jvmProcess = start(new JvmVariant(jdk, "plain", "no archive", jvm), pairs, sandboxes)) {
                jvmProcess.await("answered");
                double first = jvmProcess.residentMiB();
                jvmProcess.await("worked");
                double worked = jvmProcess.residentMiB();
                double heap = Long.parseLong(jvmProcess.await("full")) / 1024.0 / 1024.0;
                rows.add(List.of(
                        "JDK " + jdk.release() + (jvm.isEmpty() ? "" : ", " + String.join(" ", jvm)),
                        number(first, 0),
                        number(worked, 0),
                        number(jvmProcess.residentMiB(), 0),
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

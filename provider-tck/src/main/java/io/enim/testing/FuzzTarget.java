// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.PrintableText;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader of text or bytes that another party wrote, under any input: it returns, or throws what it documents, in a message
 * that can be shown. A public subclass has the reader in {@code public static void fuzzerTestOneInput(byte[])}, which throws
 * on anything else; what else holds, its comment says.
 *
 * <p>In {@code mvn verify} the inputs that were once mishandled are read. {@code mvn verify -P fuzz} lets Jazzer look for
 * others, a minute each; an input that it finds is printed in Base64 and belongs into {@link #inputs}.
 */
public abstract class FuzzTarget {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final int LONGEST_MESSAGE = 4200;
    private static final Path DIRECTORY = Path.of(
            System.getProperty("java.io.tmpdir"),
            "enim-fuzz-" + ProcessHandle.current().pid());

    /** Reads something; it may throw. */
    @FunctionalInterface
    protected interface Reading {
        /** Reads it. */
        void read() throws Exception;
    }

    /** Inputs that were mishandled once, and sound ones to begin with. */
    protected abstract List<byte[]> inputs();

    /** Texts as inputs. */
    protected static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** The input as text. */
    protected static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** The input as the fields of a record, one a line. */
    protected static Map<String, String> fields(byte[] input) {
        Map<String, String> fields = new LinkedHashMap<>();
        text(input)
                .lines()
                .map(line -> line.split("=", 2))
                .filter(field -> field.length == 2)
                .forEach(field -> fields.put(field[0], field[1]));
        return fields;
    }

    /** Reads, where the reader documents these errors and no others. */
    @SafeVarargs
    protected static void readOrRefused(Reading reading, Class<? extends Exception>... documented) {
        try {
            reading.read();
        } catch (Exception e) {
            for (Class<?> each : documented) {
                if (each.isInstance(e)) {
                    assertShown(String.valueOf(e.getMessage()));
                    return;
                }
            }
            throw new AssertionError("undocumented: " + e, e);
        }
    }

    /** A message, or another text for operators, is one line of bounded length, whatever was read. */
    protected static void assertShown(String message) {
        assertThat(message).isEqualTo(PrintableText.of(message)).hasSizeLessThan(LONGEST_MESSAGE);
    }

    /** An empty directory, for the files of one input. */
    protected static Path emptyDirectory() throws IOException {
        deleteDirectory();
        return Files.createDirectory(DIRECTORY);
    }

    private static void deleteDirectory() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> files = Files.walk(DIRECTORY)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Reads each of the inputs. One whose time grows faster than its length takes hours; together they take seconds. */
    @Test
    @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
    protected void inputsThatWereMishandledAreRead() throws ReflectiveOperationException, IOException {
        for (byte[] input : inputs()) {
            try {
                getClass().getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input);
            } catch (InvocationTargetException e) {
                String shown = new String(input, StandardCharsets.ISO_8859_1);
                throw new AssertionError("input " + PrintableText.brief(shown), e.getCause());
            }
        }
        deleteDirectory();
    }

    /** Jazzer's detectors, by class, of what this target does by itself. */
    protected List<String> detectorsLeftOut() {
        return List.of();
    }

    /** Lets Jazzer look for others. */
    @Test
    @Tag("fuzz")
    protected void jazzerFindsNoOtherInput(@TempDir Path directory) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        List<byte[]> inputs = inputs();
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(corpus.resolve("input-" + i), inputs.get(i));
        }
        Path log = directory.resolve("log");
        Process jazzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        JAZZER,
                        "--target_class=" + getClass().getName(),
                        "--instrumentation_includes=io.enim.**",
                        "--custom_hook_includes=io.enim.**",
                        "--disabled_hooks=" + String.join(":", detectorsLeftOut()),
                        "-max_total_time=" + System.getProperty("enim.fuzz.seconds", "60"),
                        "-timeout=30",
                        "-max_len=20000",
                        corpus.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = jazzer.waitFor();
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(status)
                .as("%s", said.substring(Math.max(0, said.length() - 4000)))
                .isZero();
        assertThat(said).contains("DONE");
        System.out.println(getClass().getSimpleName() + ": "
                + said.lines().filter(line -> line.startsWith("Done ")).reduce("", (first, last) -> last));
    }
}

package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.enim.examples.agent.testing.PluginVariant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the C program reads, made up from a seed and run with sanitizers; {@code cni/fuzz/run} goes on with clang. */
@Tag("slow")
class PluginFuzzTest {
    private static final String INPUTS = "50000";

    @TempDir
    Path directory;

    private static String successful(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return errors;
    }

    @Test
    void p19_noInputMakesThePluginReadOrWriteOutOfBounds() throws Exception {
        assumeFalse(PluginVariant.programs().isEmpty(), "skipped: there is no C compiler");
        String fuzz = directory.resolve("fuzz").toString();
        String source = Path.of("cni", "fuzz", "fuzz.c").toAbsolutePath().toString();
        successful(
                "cc",
                "-std=gnu11",
                "-O1",
                "-g",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-o",
                fuzz,
                source);
        assertThat(successful(fuzz, "1", INPUTS)).contains(INPUTS + " inputs from seed 1");
    }
}

package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs jcstress in a JVM of its own, which forks more, and checks its exit code. */
class MemoryModelTest {
    private static final String MODE = Boolean.getBoolean("enim.long") ? "default" : "quick";

    @TempDir
    private Path reports;

    private record Run(int exitCode, String output) {}

    private Run run(String tests) throws IOException, InterruptedException {
        Process jcstress = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-m",
                        MODE,
                        "-v", // Names the tests that passed, too.
                        "-sc",
                        "false",
                        "-r",
                        reports.toString(),
                        "-t",
                        tests)
                .directory(reports.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(jcstress.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println(output);
        return new Run(jcstress.waitFor(), output);
    }

    @Test
    void i1_i2_i5_noThreadSeesWhatIsForbidden() throws IOException, InterruptedException {
        Run run = run("Publication|Epochs|Exhaustion|OneKey|Wishes|Snapshots.OfAChange");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains(
                        "Publication.OfAnAddedEni",
                        "Exhaustion",
                        "AgainstAStaleRelease",
                        "OneKey",
                        "Wishes.OfOneEni",
                        "Wishes.FromACooldown",
                        "Snapshots.OfAChange");
    }

    @Test
    void theCheckCatchesASnapshotOfOneRead() throws IOException, InterruptedException {
        Run run = run("Snapshots.FlawedOfAChange");
        assertThat(run.exitCode()).as(run.output()).isNotZero();
        assertThat(run.output()).contains("Observed forbidden state", "no instant was like that");
    }
}

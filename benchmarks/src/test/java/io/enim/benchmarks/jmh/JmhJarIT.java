package io.enim.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The jar that users of JMH start. */
final class JmhJarIT {
    private static final Path JAR = Path.of(System.getProperty("enim.root"), "benchmarks/target/benchmarks.jar");

    @Test
    void listsEveryBenchmark() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin/java");
        Process jmh = new ProcessBuilder(List.of(java.toString(), "-jar", JAR.toString(), "-l"))
                .redirectErrorStream(true)
                .start();
        String said = new String(jmh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines()).containsAll(EveryBenchmarkTest.benchmarks());
    }
}

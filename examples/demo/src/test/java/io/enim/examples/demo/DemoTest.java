package io.enim.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with devices in memory; the script {@code demo} runs it with real devices. */
@Tag("slow")
class DemoTest {
    private static final Path PLUGIN_BUILD =
            Path.of("..", "agent", "cni", "build").toAbsolutePath();

    @TempDir
    Path directory;

    private record DemoOutcome(int status, String text) {}

    private DemoOutcome runDemo(Path plugin, String... more) throws Exception {
        assumeTrue(hasOneOf("cc", "curl"), "skipped: the demo's CNI plugin needs cc or curl, and neither is installed");
        List<String> command = ChildProcess.jvm(Demo.class.getName());
        command.addAll(List.of("--memory", "--directory", directory.toString(), "--plugin", plugin.toString()));
        command.addAll(List.of(more));
        Path output = Files.createTempFile("demo", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
            Process process = builder.start();
            try {
                assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
                return new DemoOutcome(process.exitValue(), Files.readString(output));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(output);
        }
    }

    private static boolean hasOneOf(String... programs) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory ->
                        Arrays.stream(programs).anyMatch(program -> Files.isExecutable(Path.of(directory, program))));
    }

    private Path plugin() throws Exception {
        Path bin = directory.resolve("bin");
        Process build = new ProcessBuilder(PLUGIN_BUILD.toString(), bin.toString())
                .inheritIO()
                .start();
        assertThat(build.waitFor()).isZero();
        return bin.resolve("enim");
    }

    @Test
    void everyCheckPasses() throws Exception {
        DemoOutcome demoOutcome = runDemo(plugin());
        assertThat(demoOutcome.status()).as(demoOutcome.text()).isZero();
        assertThat(demoOutcome.text())
                .contains("every device is on the host: 4 of 4", "15/15 checks passed in ", "DEAD_ENDPOINT shop/mail");
    }

    @Test
    void quietIsOneLine() throws Exception {
        DemoOutcome demoOutcome = runDemo(plugin(), "--quiet");
        assertThat(demoOutcome.status()).as(demoOutcome.text()).isZero();
        assertThat(demoOutcome.text().lines()).singleElement().asString().contains("15/15 checks passed in ");
    }

    @Test
    void aPluginThatAnswersWronglyFailsTheDemo() throws Exception {
        Path wrong = directory.resolve("wrong");
        Files.writeString(wrong, "#!/bin/sh\ncat >/dev/null\necho '{\"ips\":[{\"address\":\"10.0.0.1/24\"}]}'\n");
        assertThat(wrong.toFile().setExecutable(true)).isTrue();
        DemoOutcome demoOutcome = runDemo(wrong, "--quiet");
        assertThat(demoOutcome.status()).isEqualTo(1);
        assertThat(demoOutcome.text()).contains("FAILED: ADD web answered [10.0.0.1]", "The agent's log:");
    }

    @Test
    void aStepThatFailsPrintsNothing() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StepPrinter stepPrinter = new StepPrinter(new PrintStream(out, true, StandardCharsets.UTF_8), false);
        assertThatThrownBy(() -> stepPrinter.step(() -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("step 1");
        assertThat(out.size()).isZero();
    }

    @Test
    void pingProcessAnswersItsCommands() throws Exception {
        List<String> command = new ArrayList<>(ChildProcess.jvm(PingProcess.class.getName()));
        Process process = new ProcessBuilder(command).start();
        try (var in = process.outputWriter(StandardCharsets.UTF_8);
                var out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");
            in.write("reach 127.0.0.1\nstop\nfly\n");
            in.flush();
            assertThat(out.readLine()).isEqualTo("yes");
            assertThat(out.readLine()).isEqualTo("0 0");
            assertThat(out.readLine()).isEqualTo("unknown: fly");
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}

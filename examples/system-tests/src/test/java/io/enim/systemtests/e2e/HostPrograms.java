package io.enim.systemtests.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Programs of this machine, run without any setting of the agent in their environment. */
public final class HostPrograms {
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LINES = 60;

    private HostPrograms() {}

    /** Leaves a test out, with the reason, where {@code root-netns/bin/java} found that what it drives is not installed. */
    public static void assumeInstalled() {
        assumeTrue(
                "ready".equals(System.getProperty("enim.e2e")),
                () -> "left out: " + System.getProperty("enim.e2e.reason"));
    }

    /** What a program printed, both streams, and how it ended. */
    public record ProgramResult(int status, String output) {
        /** The output of a program that succeeded. */
        public String successful() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ": " + output);
            }
            return output;
        }
    }

    /** Starts one that goes on, its output appended to a file. */
    public static Process start(Path log, String... command) throws IOException {
        return builder(List.of(command))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    public static ProgramResult run(String... command) throws IOException, InterruptedException {
        return end(builder(List.of(command)), "");
    }

    /** Runs one with more environment and a text on standard input. */
    static ProgramResult end(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Process process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ProgramResult(process.waitFor(), output);
    }

    /** Waits; when that is in vain, the error has the end of a log. */
    public static void await(String what, Path log, Callable<Boolean> condition) {
        try {
            Awaitility.await(what).atMost(PATIENCE).ignoreExceptions().until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + tail(log), e);
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("ENIM_") || key.startsWith("CNI_"));
        return builder;
    }
}

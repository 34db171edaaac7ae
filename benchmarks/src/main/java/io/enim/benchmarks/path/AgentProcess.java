package io.enim.benchmarks.path;

import io.enim.EniSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The example agent as a process of its own, as it is deployed. */
public final class AgentProcess implements AutoCloseable {
    private static final long TIMEOUT = TimeUnit.MINUTES.toNanos(2);
    private static final Pattern READY = Pattern.compile(" is ready$", Pattern.MULTILINE);

    private final Process process;
    private final Path socket;
    private final Path log;

    private AgentProcess(Process process, Path socket, Path log) {
        this.process = process;
        this.socket = socket;
        this.log = log;
    }

    /**
     * Starts an agent.
     *
     * @param jvm the JVM and its options
     * @param classPath the agent's jars
     */
    public static AgentProcess start(List<String> jvm, String classPath, EniSettings settings, Path directory)
            throws IOException {
        Files.createDirectories(directory);
        Path socket = directory.resolve("agent.sock");
        Path log = directory.resolve("agent.log");
        List<String> command = new ArrayList<>(jvm);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                "io.enim.examples.agent.AgentCli",
                "serve",
                "--set",
                "agent.socket=" + socket));
        settings.toMap().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        return new AgentProcess(builder.start(), socket, log);
    }

    /** Waits until this many ENIs are ready. */
    public AgentProcess awaitReady(int enis) throws IOException {
        long began = System.nanoTime();
        while (READY.matcher(Files.readString(log)).results().count() < enis) {
            if (!process.isAlive() || System.nanoTime() - began > TIMEOUT) {
                throw new IllegalStateException("the agent is not ready; its log:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return this;
    }

    public Path socket() {
        return socket;
    }

    /** Ends it, and waits. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

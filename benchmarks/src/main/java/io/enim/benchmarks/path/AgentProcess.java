// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.path;

import io.enim.EniSettings;
import io.enim.examples.agent.socket.AgentSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The example agent as a process of its own. */
public final class AgentProcess implements AutoCloseable {
    private static final long TIMEOUT = TimeUnit.MINUTES.toNanos(2);
    private static final Pattern READY = Pattern.compile(" is ready$", Pattern.MULTILINE);

    public final Path socket;
    public final Process process;
    private final Path log;

    /** Starts it on this process's class path with the options as installed, and waits until this many ENIs are ready. */
    public AgentProcess(EniSettings settings, Path directory, int enis) throws IOException {
        this(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@examples/agent/jvm.options",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.enim.examples.agent.AgentCli"),
                Map.of(),
                settings,
                directory);
        awaitReady(enis);
    }

    /** Starts it with this launcher. */
    public AgentProcess(List<String> launcher, Map<String, String> environment, EniSettings settings, Path directory)
            throws IOException {
        Files.createDirectories(directory);
        socket = directory.resolve("agent.sock");
        log = directory.resolve("agent.log");
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("serve", "--set", "agent.socket=" + socket));
        settings.toMap().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** Whether the CNI plugin can call it. */
    public boolean serves() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the agent ended; its log:\n" + Files.readString(log));
        }
        return Files.exists(AgentSockets.plugin(socket));
    }

    private void awaitReady(int enis) throws IOException {
        long began = System.nanoTime();
        while (READY.matcher(Files.readString(log)).results().count() < enis) {
            if (!process.isAlive() || System.nanoTime() - began > TIMEOUT) {
                throw new IllegalStateException("the agent is not ready; its log:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}

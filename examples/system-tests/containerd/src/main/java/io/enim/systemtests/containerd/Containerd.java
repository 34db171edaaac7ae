// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A containerd with a directory of its own: a process that may end and start again, and the one network that its pods get.
 * Calls block until what they ask for is so, a minute at most. Not for concurrent use, its client excepted.
 */
public final class Containerd implements AutoCloseable {
    /** The longest that anything of it takes. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int LINES = 60;

    private final Path directory;
    private final CriSandboxClient cri;
    private Process process;

    /** Starts it; pods can run when this returns. Its directory {@code bin} has the plugins that the network names. */
    public Containerd(Path directory, String network, String... plugins) throws IOException {
        this.directory = directory;
        ControlGroups.removeStale();
        write(network, plugins);
        process = start("");
        cri = new CriSandboxClient(directory.resolve("containerd.sock"));
        try {
            awaitService();
            run("sh", copy("pause-image", "", "").toString(), image());
            importImage();
        } catch (IOException | RuntimeException e) {
            cri.close();
            kill();
            throw e;
        }
    }

    public CriSandboxClient cri() {
        return cri;
    }

    public CriContainerClient containers() {
        return new CriContainerClient(cri);
    }

    /** Gives the pods that come another network, a chain of plugins; containerd has read it when this returns. */
    public void useNetwork(String name, String... plugins) throws IOException {
        write(name, plugins);
        await("containerd reads the network " + name, () -> cri.networks().contains("\"" + name + "\""));
    }

    private void write(String name, String... plugins) throws IOException {
        Path networks = Files.createDirectories(directory.resolve("net.d"));
        Path ready = Files.writeString(
                directory.resolve("conflist"),
                "{\"cniVersion\":\"1.0.0\",\"name\":\"" + name + "\",\"plugins\":[" + String.join(",", plugins) + "]}");
        Files.move(
                ready,
                networks.resolve("10-pods.conflist"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        // containerd passes over files that appear and reads all of them when one goes.
        Files.delete(Files.createFile(networks.resolve("reload")));
    }

    /** Stops and removes every sandbox, whatever its state. */
    public void removeAll() {
        for (String sandbox : cri.list()) {
            cri.stop(sandbox);
            cri.remove(sandbox);
        }
    }

    /** Kills the process; the sandboxes and their shims go on. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again; it answers when this returns. */
    public void restart() throws IOException {
        restart("");
    }

    /** Starts it with the state of another life; of the sandboxes of this one it knows nothing. */
    public void restart(String life) throws IOException {
        process = start(life);
        awaitService();
        importImage();
    }

    private Process start(String life) throws IOException {
        Path toml = copy("containerd.toml", life, directory.toString());
        return builder("containerd", "--config", toml.toString()).start();
    }

    private void awaitService() {
        await("containerd serves the CRI", () -> !cri.version().isEmpty() && cri.networkIsReady());
    }

    private String image() {
        return directory.resolve("pause.tar").toString();
    }

    private void importImage() throws IOException {
        images("import", image());
    }

    /** Runs {@code ctr images} with these words. */
    public void images(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("ctr", "-a", directory + "/containerd.sock", "-n", "k8s.io", "images"));
        command.addAll(List.of(words));
        run(command.toArray(String[]::new));
    }

    /** A file beside this class, in the directory, told of both. */
    private Path copy(String name, String life, String path) throws IOException {
        try (InputStream in = requireNonNull(Containerd.class.getResourceAsStream(name), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(
                    directory.resolve(life + name),
                    text.replace("@DIRECTORY@", path).replace("@LIFE@", life));
        }
    }

    private void run(String... command) throws IOException {
        int status = builder(command).start().onExit().join().exitValue();
        if (status != 0) {
            throw new IOException(List.of(command) + " ended with " + status + ":\n" + logged());
        }
    }

    /** What is started knows no setting of an agent, and prints into the log. */
    private ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("ENIM_") || key.startsWith("CNI_"));
        return builder;
    }

    private void await(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!holds(condition)) {
            if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IllegalStateException("waited in vain until " + what + "; the end of its log:\n" + logged());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (StatusRuntimeException e) {
            return false; // It does not serve yet.
        }
    }

    private Path log() {
        return directory.resolve("containerd.log");
    }

    private String logged() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** Ends it. A sandbox that is left is an error. */
    @Override
    public void close() throws IOException {
        cri.close();
        kill();
        ControlGroups.remove();
    }
}

package io.enim.examples.agent.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Node} in its process. For one thread. */
final class Remote implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final String END = "";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** The process is no more. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final int status;

        Died(int status) {
            super("the process ended with status " + status);
            this.status = status;
        }
    }

    /**
     * What came back.
     *
     * @param error what the command failed with, by type and message; empty when it did not
     */
    record Reply(List<String> lines, Optional<String> error) {
        List<String> orFail(String command) {
            if (error.isPresent()) {
                throw new Violation(command + " failed: " + error.get());
            }
            return lines;
        }
    }

    private Remote(Process process) {
        this.process = process;
    }

    /** Starts one, which loads its classes and then waits for the first command. */
    static Remote start(List<String> command, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        try {
            Remote remote = new Remote(builder.start());
            Thread reader = new Thread(remote::read, "node-" + remote.process.pid());
            reader.setDaemon(true);
            reader.start();
            return remote;
        } catch (IOException e) {
            throw new UncheckedIOException("start " + command, e);
        }
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add(Node.BUG + e);
        } finally {
            lines.add(END);
        }
    }

    long pid() {
        return process.pid();
    }

    void awaitReady() {
        String first = next("start");
        if (!first.equals(Node.READY)) {
            throw new Violation("a node began with " + first);
        }
    }

    /** Runs a command. */
    Reply ask(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // A background thread of the node reached the point first; the end is read below.
            return died(command);
        }
        List<String> told = new ArrayList<>();
        while (true) {
            String line = next(command);
            if (line.startsWith(Node.LINE)) {
                told.add(line.substring(Node.LINE.length()));
            } else if (line.equals(Node.OK)) {
                return new Reply(told, Optional.empty());
            } else if (line.startsWith(Node.ERROR)) {
                return new Reply(told, Optional.of(line.substring(Node.ERROR.length())));
            } else {
                throw new Violation(command + ": " + line);
            }
        }
    }

    private Reply died(String command) {
        while (true) {
            next(command);
        }
    }

    private String next(String command) {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                process.destroyForcibly();
                throw new Violation(command + " had no answer after " + PATIENCE_SECONDS + " s");
            }
            if (line.equals(END)) {
                lines.add(END);
                throw new Died(process.waitFor());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + command, e);
        }
    }

    /** Lets it exit by itself, which is when the archive of classes is written. */
    void letGo() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new Violation("process " + process.pid() + " does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

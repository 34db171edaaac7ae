package io.enim.systemtests.crash;

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

/** A {@link NodeMain} in its process. For one thread. */
final class NodeProcess implements AutoCloseable {
    private static final int LONGEST_SECONDS = 180;
    private static final String END = "";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** The process is no more. */
    static final class NodeDiedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final int status;

        NodeDiedException(int status) {
            super("the process ended with status " + status);
            this.status = status;
        }
    }

    /**
     * What came back.
     *
     * @param error what the command failed with, by type and message; empty when it did not
     */
    record NodeReply(String command, List<String> lines, Optional<String> error) {
        List<String> orFail() {
            error.ifPresent(why -> {
                throw new PromiseViolation(command.replaceFirst("(\\S+ \\S+) .*", "$1") + " failed: " + why);
            });
            return lines;
        }
    }

    private NodeProcess(Process process) {
        this.process = process;
    }

    /** Starts one, which loads its classes and then waits for the first command. */
    static NodeProcess start(List<String> command, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        try {
            NodeProcess nodeProcess = new NodeProcess(builder.start());
            Thread reader = new Thread(nodeProcess::read, "node-" + nodeProcess.process.pid());
            reader.setDaemon(true);
            reader.start();
            return nodeProcess;
        } catch (IOException e) {
            throw new UncheckedIOException("start " + command, e);
        }
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add(NodeMain.BUG + e);
        } finally {
            lines.add(END);
        }
    }

    long pid() {
        return process.pid();
    }

    void awaitReady() {
        String first = next("start");
        if (!first.equals(NodeMain.READY)) {
            throw new PromiseViolation("a node began with " + first);
        }
    }

    /** Runs a command. */
    NodeReply ask(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // A background thread of the node reached the point first; the end is read below.
        }
        List<String> told = new ArrayList<>();
        while (true) {
            String line = next(command);
            if (line.startsWith(NodeMain.LINE)) {
                told.add(line.substring(NodeMain.LINE.length()));
            } else if (line.equals(NodeMain.OK)) {
                return new NodeReply(command, told, Optional.empty());
            } else if (line.startsWith(NodeMain.ERROR)) {
                return new NodeReply(command, told, Optional.of(line.substring(NodeMain.ERROR.length())));
            } else {
                throw new PromiseViolation(command + ": " + line);
            }
        }
    }

    private String next(String command) {
        try {
            String line = lines.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                process.destroyForcibly();
                throw new PromiseViolation(command + " had no answer after " + LONGEST_SECONDS + " s");
            }
            if (line.equals(END)) {
                lines.add(END);
                throw new NodeDiedException(process.waitFor());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + command, e);
        }
    }

    /** Lets it exit by itself, which is when the archive of classes is written. */
    void exitOrderly() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.onExit().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

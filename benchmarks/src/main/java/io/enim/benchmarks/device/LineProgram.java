// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program that answers each line on its standard input with one, and ends when its standard input does; its errors are
 * printed on this process's standard error. Not thread-safe.
 */
public final class LineProgram implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    /** Starts it, with more environment. */
    public LineProgram(Map<String, String> environment, Object... command) {
        this.command = Stream.of(command).map(String::valueOf).toList();
        ProcessBuilder builder = new ProcessBuilder(this.command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + this.command, e);
        }
        this.to = process.outputWriter();
        this.from = process.inputReader();
    }

    /** Blocks until it answers. */
    public String ask(String line) {
        try {
            to.write(line + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IllegalStateException(
                        command + " ended on " + line + "; its messages are on standard error above");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(command + ": " + line, e);
        }
    }

    /** Closes its input and waits for its end, after its current work; one that ended early is an error. */
    @Override
    public void close() {
        if (!process.isAlive()) {
            throw new IllegalStateException(command + " ended early with " + process.exitValue());
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot end " + command, e);
        }
        process.onExit().join();
    }
}

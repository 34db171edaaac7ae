// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link FirstAdd} or {@link FirstMove}, measured from outside. */
final class MeasuredJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final long began;

    /** Starts it with this command; {@link #await} skips its log lines. */
    MeasuredJvm(List<String> command, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        this.began = System.nanoTime();
        this.process = builder.start();
        this.lines = process.inputReader();
    }

    /** Waits until it prints this word; returns the rest of the line. */
    String await(String word) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(word) || line.startsWith(word + " ")) {
                return line.substring(word.length()).trim();
            }
        }
        throw new IllegalStateException("the JVM ended before it printed " + word);
    }

    ProcessFigures figures() throws IOException {
        return ProcessFigures.of(process, began);
    }

    /** Closes its input, upon which it deletes its assignments, and waits. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().completeOnTimeout(process, 5, TimeUnit.MINUTES).join();
        if (process.isAlive() || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the JVM did not end with status 0 within 5 minutes");
        }
    }
}

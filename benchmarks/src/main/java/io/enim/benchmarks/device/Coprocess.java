// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.netlink.KernelStats;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program that moves a device and ends when its standard input does; its errors are printed on this process's standard
 * error. A contender measures itself; {@code native/move.c} describes the protocol.
 */
final class Coprocess implements Contender {
    private final List<String> command;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    Coprocess(Map<String, String> environment, Object... command) {
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

    @Override
    public Timing add() {
        return ask("ADD");
    }

    @Override
    public Timing del() {
        return ask("DEL");
    }

    private Timing ask(String operation) {
        try {
            to.write(operation + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IllegalStateException(
                        command + " ended on " + operation + "; its messages are on standard error above");
            }
            String[] numbers = answer.split(" ");
            return new Timing(Long.parseLong(numbers[0]), new KernelStats(0, Long.parseLong(numbers[1])));
        } catch (IOException e) {
            throw new UncheckedIOException(command + ": " + operation, e);
        }
    }

    /** Closes its input and waits for its end, after its current move; one that ended early is an error. */
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

package io.enim.benchmarks.device;

import io.enim.benchmarks.device.Contender.Timing;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A contender in a process of its own, which measures itself; {@code native/move.c} describes the protocol. */
final class Coprocess implements Contender {
    private final String name;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    private Coprocess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.to = process.outputWriter();
        this.from = process.inputReader();
    }

    /** Starts a program. */
    static Coprocess start(String name, List<String> command, Map<String, String> environment) {
        return new Coprocess(name, ChildProcess.start(command, environment));
    }

    @Override
    public String name() {
        return name;
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
                        name + " ended on " + operation + "; its messages are on standard error above");
            }
            String[] numbers = answer.split(" ");
            return new Timing(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + operation, e);
        }
    }

    @Override
    public void close() {
        ChildProcess.end(process);
    }
}

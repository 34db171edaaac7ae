package io.enim.benchmarks.device;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A contender in a process of its own, which measures itself; see {@code native/move.c} for what is spoken. */
public final class Coprocess implements Contender {
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

    /** Starts it; its errors go where this process's go. */
    public static Coprocess start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            return new Coprocess(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
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
                        name + " ended on " + operation + "; what it said is on standard error above");
            }
            String[] numbers = answer.split(" ");
            return new Timing(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + operation, e);
        }
    }

    /** Ends its input, which ends it. */
    @Override
    public void close() {
        try {
            to.close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

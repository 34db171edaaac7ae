package io.enim.benchmarks.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link FirstAdd}, measured from outside. */
final class MeasuredJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final long began;

    private MeasuredJvm(Process process, long began) {
        this.process = process;
        this.lines = process.inputReader();
        this.began = began;
    }

    /** Starts a JVM; {@link #await} skips its log lines. */
    static MeasuredJvm start(
            String java,
            List<String> options,
            String classPath,
            String how,
            Path directory,
            int pairs,
            List<Path> sandboxes)
            throws IOException {
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=io/enim/benchmarks/logback.xml",
                "-cp",
                classPath,
                FirstAdd.class.getName(),
                how,
                directory.toString(),
                String.valueOf(sandboxes.size()),
                String.valueOf(pairs),
                String.valueOf(sandboxes.size())));
        sandboxes.forEach(sandbox -> command.add(sandbox.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile());
        long began = System.nanoTime();
        return new MeasuredJvm(builder.start(), began);
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

    /** Milliseconds since it was started. */
    double millis() {
        return (System.nanoTime() - began) / 1e6;
    }

    /** Processor time of all its threads so far, in milliseconds. */
    double processorMillis() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
    }

    /** Resident memory in MiB. */
    double residentMiB() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS of process " + process.pid());
    }

    /** Closes its input, upon which it deletes its assignments, and waits. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the JVM did not end with status 0 within 5 minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

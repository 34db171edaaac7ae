package io.enim.examples.agent.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the shell plugin as a runtime does: a process, an environment, standard input. */
final class PluginProcess {
    private static final Path SCRIPT = Path.of("cni", "enim").toAbsolutePath();

    private final List<String> shell;
    private final Path script;
    private final Map<String, String> environment = new HashMap<>();

    PluginProcess(List<String> shell) {
        this(shell, SCRIPT);
    }

    private PluginProcess(List<String> shell, Path script) {
        this.shell = shell;
        this.script = script;
        environment.put("PATH", System.getenv("PATH"));
    }

    /** The shells of this machine that are POSIX enough; the first is always there. */
    static List<List<String>> shells() {
        List<List<String>> shells = new ArrayList<>();
        shells.add(List.of("/bin/sh"));
        for (List<String> each : List.of(
                List.of("/usr/bin/dash"),
                List.of("/usr/bin/bash", "--posix"),
                List.of("/usr/bin/busybox", "sh"),
                List.of("/bin/busybox", "sh"))) {
            if (Files.isExecutable(Path.of(each.get(0)))) {
                shells.add(each);
            } else {
                System.out.println("skipped: the plugin under " + String.join(" ", each) + ", which is not installed");
            }
        }
        return shells;
    }

    static boolean hasCurl() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "curl")));
    }

    /** The same plugin in another directory, with room for an enim.conf beside it. */
    PluginProcess copiedTo(Path directory) throws IOException {
        PluginProcess copy = new PluginProcess(shell, Files.copy(SCRIPT, directory.resolve("enim")));
        copy.environment.putAll(environment);
        return copy;
    }

    PluginProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    PluginResult run(String stdin) {
        return run(stdin.getBytes(StandardCharsets.UTF_8));
    }

    PluginResult run(byte[] stdin) {
        List<String> command = new ArrayList<>(shell);
        command.add(script.toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            CompletableFuture<String> output = read(process.getInputStream());
            CompletableFuture<String> errors = read(process.getErrorStream());
            try (var in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException e) {
                // The plugin ended before it had read everything; its output is checked below.
                errors.thenAccept(text -> System.out.println("stdin was not read to its end: " + text));
            }
            process.onExit().completeOnTimeout(process, 60, TimeUnit.SECONDS).join();
            if (process.isAlive()) {
                process.destroyForcibly();
                throw new AssertionError("the plugin did not end: " + output.getNow("") + errors.getNow(""));
            }
            return new PluginResult(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    record PluginResult(int exit, String output, String errors) {
        Map<String, Object> json() {
            try {
                return JSON.std.mapFrom(output);
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + output + errors, e);
            }
        }

        int code() {
            return ((Number) json().get("code")).intValue();
        }
    }
}

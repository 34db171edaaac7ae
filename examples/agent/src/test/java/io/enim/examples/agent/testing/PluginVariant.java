package io.enim.examples.agent.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A way to run the plugin: the words before the file's path, and the file. */
public record PluginVariant(String name, List<String> interpreter, Path file) {
    private static final Path SOURCES = Path.of("cni").toAbsolutePath();
    private static final String STRICT = "-g -O1 -Wall -Wextra -Wpedantic -Wconversion -Wno-format-truncation -Werror"
            + " -fsanitize=address,undefined -fno-sanitize-recover=all";
    private static final List<PluginVariant> SCRIPTS = findScripts();
    private static final List<PluginVariant> PROGRAMS = buildPrograms();

    /** The script under each shell of this machine that is POSIX enough; the first is always there. */
    public static List<PluginVariant> scripts() {
        return SCRIPTS;
    }

    /** The C program as it is installed, and one that looks for mistakes; none without a compiler. */
    public static List<PluginVariant> programs() {
        return PROGRAMS;
    }

    public static List<PluginVariant> all() {
        List<PluginVariant> all = new ArrayList<>(SCRIPTS);
        all.addAll(PROGRAMS);
        return all;
    }

    public boolean isScript() {
        return !interpreter.isEmpty();
    }

    /** The socket that the plugin calls for this {@code agent.socket}. */
    public Path socket(Path agentSocket) {
        return isScript() ? agentSocket : Path.of(agentSocket + ".cni");
    }

    private static List<PluginVariant> findScripts() {
        List<PluginVariant> scripts = new ArrayList<>();
        for (List<String> shell : List.of(
                List.of("/bin/sh"),
                List.of("/usr/bin/dash"),
                List.of("/usr/bin/bash", "--posix"),
                List.of("/usr/bin/busybox", "sh"),
                List.of("/bin/busybox", "sh"))) {
            String name = String.join(" ", shell);
            if (Files.isExecutable(Path.of(shell.get(0)))) {
                scripts.add(new PluginVariant(name, shell, SOURCES.resolve("enim")));
            } else {
                System.out.println("skipped: the plugin under " + name + ", which is not installed");
            }
        }
        return List.copyOf(scripts);
    }

    private static List<PluginVariant> buildPrograms() {
        List<PluginVariant> programs = new ArrayList<>();
        build("").ifPresent(file -> programs.add(new PluginVariant("C", List.of(), file)));
        build(STRICT).ifPresent(file -> programs.add(new PluginVariant("C, with sanitizers", List.of(), file)));
        return List.copyOf(programs);
    }

    /** What the build script puts into a directory, if it is a program. */
    private static Optional<Path> build(String options) {
        try {
            Path directory = Files.createTempDirectory("enim-plugin");
            ProcessBuilder builder = new ProcessBuilder(SOURCES.resolve("build").toString(), directory.toString())
                    .redirectErrorStream(true);
            if (!options.isEmpty()) {
                builder.environment().put("CFLAGS", options);
            }
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Path file = directory.resolve("enim");
            file.toFile().deleteOnExit();
            if (process.waitFor() != 0) {
                throw new AssertionError("the plugin was not built: " + said);
            }
            if (said.contains("failed with the errors above")) {
                throw new AssertionError("the plugin does not compile: " + said);
            }
            if (said.contains("the C program")) {
                return Optional.of(file);
            }
            System.out.println("skipped: the C plugin, " + said);
            return Optional.empty();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the plugin was not built", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

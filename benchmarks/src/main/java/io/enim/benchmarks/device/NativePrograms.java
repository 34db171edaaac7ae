// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.benchmarks.report.Draft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of the peers, as far as this machine has them: those of {@code native/move.c} and
 * {@code native/classic/main.go}, and whether Debian's CNI plugins are installed.
 */
public record NativePrograms(Optional<Path> yardstick, Optional<Path> classic, boolean plugins) {
    private static final Path SOURCES = Path.of("benchmarks/native");
    /** Where Debian has its CNI plugins. */
    public static final Path DEBIAN_PLUGINS = Path.of("/usr/lib/cni");

    private static final Path DEBIAN_GO = Path.of("/usr/share/gocode/src/github.com/vishvananda/netlink");

    /** Builds the programs whose compiler is installed; notes the missing ones, and how to install them. */
    public static NativePrograms build(Draft draft) throws IOException, InterruptedException {
        Optional<Path> yardstick = program("move.c", draft.directory());
        if (yardstick.isEmpty()) {
            draft.note("Left out: the C yardstick, the classic sequence in C and the foreign movers, since `cc` is"
                    + " missing; `benchmarks/run --install` installs it.");
        }
        Optional<Path> classic = classic(draft.directory());
        if (classic.isEmpty()) {
            draft.note("Left out: Go with vishvananda/netlink, since Go or the package is missing;"
                    + " `benchmarks/run --install` installs both.");
        }
        boolean plugins = Stream.of("host-device", "static")
                .allMatch(plugin -> Files.isExecutable(DEBIAN_PLUGINS.resolve(plugin)));
        if (!plugins) {
            draft.note("Left out: the `host-device` plugin, since it is not in " + DEBIAN_PLUGINS
                    + "; `benchmarks/run --install` installs it.");
        }
        return new NativePrograms(yardstick, classic, plugins);
    }

    private static Optional<Path> classic(Path directory) throws IOException, InterruptedException {
        if (!isInstalled("go") || !Files.isDirectory(DEBIAN_GO)) {
            return Optional.empty();
        }
        Path cache = directory.resolve("native/go-cache").toAbsolutePath();
        Map<String, String> environment = Map.of(
                "GO111MODULE", "off", "GOPATH", "/usr/share/gocode", "GOCACHE", cache.toString(), "CGO_ENABLED", "0");
        return Optional.of(
                compile(environment, directory, "classic", SOURCES.resolve("classic/main.go"), "go", "build"));
    }

    /** The program built from this C file in {@code native/}; empty without a compiler. */
    public static Optional<Path> program(String source, Path directory) throws IOException, InterruptedException {
        return isInstalled("cc")
                ? Optional.of(
                        compile(Map.of(), directory, source.replace(".c", ""), SOURCES.resolve(source), "cc", "-O2"))
                : Optional.empty();
    }

    /** The program of {@code native/move.c} as a contender. */
    public Contender yardstick(Slot slot, String mode, String families) {
        return new Coprocess(Map.of(), yardstick.orElseThrow(), mode, slot.device(), slot.netns(), families);
    }

    /** {@code native/commands.sh} with this kind of commands as a contender. */
    public Contender commands(Slot slot, String kind, String families, Map<String, String> environment) {
        return new Coprocess(environment, SOURCES.resolve("commands.sh"), kind, slot.device(), slot.netns(), families);
    }

    /** Whether the search path has this program. */
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Path compile(
            Map<String, String> environment, Path directory, String name, Path source, String... compiler)
            throws IOException, InterruptedException {
        Path program = Files.createDirectories(directory.resolve("native")).resolve(name);
        List<String> command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of("-o", program.toString(), source.toString()));
        run(environment, command);
        return program;
    }

    /** Runs a program to its end; its output goes to this process's standard error. */
    public static void run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(Path.of("/dev/stderr").toFile()));
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status + "; its messages are on standard error above");
        }
    }
}

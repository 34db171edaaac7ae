package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of the peers, as far as this machine has them. The page names the missing ones.
 *
 * @param yardstick the program built from {@code native/move.c}
 * @param classic the program built from {@code native/classic/main.go}
 * @param plugins the directory of Debian's CNI plugins
 * @param sources the directory {@code native/}
 */
public record NativePrograms(Optional<Path> yardstick, Optional<Path> classic, Optional<Path> plugins, Path sources) {
    private static final Path DEBIAN_PLUGINS = Path.of("/usr/lib/cni");
    private static final Path DEBIAN_GO = Path.of("/usr/share/gocode/src/github.com/vishvananda/netlink");

    /** Builds the programs whose compiler is installed, into this directory. */
    public static NativePrograms build(Path sources, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path classic = directory.resolve("classic");
        Optional<Path> yardstick = program(sources.resolve("move.c"), directory);
        boolean built = isInstalled("go")
                && Files.isDirectory(DEBIAN_GO)
                && run(
                        Map.of(
                                "GO111MODULE", "off",
                                "GOPATH", "/usr/share/gocode",
                                "GOCACHE",
                                        directory
                                                .resolve("go-cache")
                                                .toAbsolutePath()
                                                .toString(),
                                "CGO_ENABLED", "0"),
                        List.of(
                                "go",
                                "build",
                                "-o",
                                classic.toString(),
                                sources.resolve("classic/main.go").toString()));
        boolean plugged = Files.isExecutable(DEBIAN_PLUGINS.resolve("host-device"))
                && Files.isExecutable(DEBIAN_PLUGINS.resolve("static"));
        return new NativePrograms(
                yardstick,
                Optional.of(classic).filter(path -> built),
                Optional.of(DEBIAN_PLUGINS).filter(path -> plugged),
                sources);
    }

    /** The program built from this C file, in this directory; empty without a compiler. */
    public static Optional<Path> program(Path source, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path program = directory.resolve(source.getFileName().toString().replace(".c", ""));
        List<String> command = List.of("cc", "-O2", "-o", program.toString(), source.toString());
        return isInstalled("cc") && run(Map.of(), command) ? Optional.of(program) : Optional.empty();
    }

    /** The missing programs, and how to install them. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (yardstick.isEmpty()) {
            missing.add("Left out: the C yardstick, the classic sequence in C and the foreign movers, since `cc` is"
                    + " missing; `benchmarks/run --install` installs it.");
        }
        if (classic.isEmpty()) {
            missing.add("Left out: Go with vishvananda/netlink, since Go or the package is missing;"
                    + " `benchmarks/run --install` installs both.");
        }
        if (plugins.isEmpty()) {
            missing.add("Left out: the `host-device` plugin, since it is not in " + DEBIAN_PLUGINS
                    + "; `benchmarks/run --install` installs it.");
        }
        return missing;
    }

    /** The program of {@code native/move.c} as a contender. */
    public Contender yardstick(String name, Slot slot, String mode, String families) {
        return Coprocess.start(
                name,
                List.of(
                        yardstick.orElseThrow().toString(),
                        mode,
                        slot.device(),
                        slot.netns().toString(),
                        families),
                Map.of());
    }

    /** {@code native/commands.sh} with this kind of commands as a contender. */
    public Contender commands(String name, Slot slot, String kind, String families, Map<String, String> environment) {
        return Coprocess.start(
                name,
                List.of(
                        sources.resolve("commands.sh").toString(),
                        kind,
                        slot.device(),
                        slot.netns().toString(),
                        families),
                environment);
    }

    private static boolean isInstalled(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static boolean run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.to(Path.of("/dev/stderr").toFile()));
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status + "; its messages are on standard error above");
        }
        return true;
    }
}

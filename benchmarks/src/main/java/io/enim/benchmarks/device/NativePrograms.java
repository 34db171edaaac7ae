package io.enim.benchmarks.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the peers are made of, as far as this machine has it. What is missing is said on the page.
 *
 * @param yardstick the program made of {@code native/move.c}
 * @param classic the program made of {@code native/classic/main.go}
 * @param plugins the directory of Debian's CNI plugins
 * @param sources where {@code native/} is
 */
public record NativePrograms(Optional<Path> yardstick, Optional<Path> classic, Optional<Path> plugins, Path sources) {
    private static final Path DEBIAN_PLUGINS = Path.of("/usr/lib/cni");
    private static final Path DEBIAN_GO = Path.of("/usr/share/gocode/src/github.com/vishvananda/netlink");

    /** Builds what can be built, into this directory. */
    public static NativePrograms build(Path sources, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path classic = directory.resolve("classic");
        Optional<Path> yardstick = program(sources.resolve("move.c"), directory);
        boolean built = isThere("go")
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

    /** What this C file makes, in this directory; empty where there is no compiler. */
    public static Optional<Path> program(Path source, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path program = directory.resolve(source.getFileName().toString().replace(".c", ""));
        List<String> command = List.of("cc", "-O2", "-o", program.toString(), source.toString());
        return isThere("cc") && run(Map.of(), command) ? Optional.of(program) : Optional.empty();
    }

    /** What is left out, and what would bring it. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (yardstick.isEmpty()) {
            missing.add("Left out: the C yardstick, the classic sequence in C and the foreign movers, since `cc` is not"
                    + " there; `benchmarks/run --install` brings it.");
        }
        if (classic.isEmpty()) {
            missing.add("Left out: Go with vishvananda/netlink, since Go or the package is not there;"
                    + " `benchmarks/run --install` brings both.");
        }
        if (plugins.isEmpty()) {
            missing.add("Left out: the `host-device` plugin, since it is not in " + DEBIAN_PLUGINS
                    + "; `benchmarks/run --install` brings it.");
        }
        return missing;
    }

    private static boolean isThere(String program) {
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
            throw new IOException(command + " ended with " + status + "; it is there, so it must work");
        }
        return true;
    }
}

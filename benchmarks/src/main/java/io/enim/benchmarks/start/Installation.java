// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import io.enim.benchmarks.device.NativePrograms;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The agent in a directory of its own, the benchmarks' jar among its jars, with the class-data archive of one JDK. */
final class Installation {
    private static final Path AGENT = Path.of("examples/agent").toAbsolutePath();

    private final Jdk jdk;
    private final Path directory;

    Installation(Jdk jdk, Path directory) throws IOException, InterruptedException {
        this.jdk = jdk;
        this.directory = directory;
        Path lib = Files.createDirectories(directory.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry).toAbsolutePath();
            if (Files.exists(AGENT.resolve("target/agent/lib").resolve(jar.getFileName()))
                    || jar.getFileName().toString().startsWith("enim-benchmarks")) {
                Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
            }
        }
        for (String file : List.of("enim-agent", "jvm.options")) {
            Files.copy(AGENT.resolve(file), directory.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        NativePrograms.run(environment(), List.of(launcher(), "archive"));
    }

    String launcher() {
        return directory.resolve("enim-agent").toString();
    }

    Map<String, String> environment() {
        return Map.of("ENIM_JAVA", jdk.java());
    }

    /** The command of another program in the same JVM: with the agent's options, class path and archive. */
    List<String> command(Class<?> program, String... arguments) throws IOException {
        try (Stream<Path> jars = Files.list(directory.resolve("lib"))) {
            List<String> command = new ArrayList<>(List.of(
                    jdk.java(),
                    "@" + directory.resolve("jvm.options"),
                    "-XX:SharedArchiveFile=" + directory.resolve("classes.jsa"),
                    "-cp",
                    jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator)),
                    program.getName()));
            command.addAll(List.of(arguments));
            return command;
        }
    }
}

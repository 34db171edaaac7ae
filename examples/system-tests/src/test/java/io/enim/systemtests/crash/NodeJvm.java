package io.enim.systemtests.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the processes that die are started: hundreds of them, so each has to be cheap. The classes of the first one are
 * archived for the others (class-data sharing, which wants jars and no directories), and only the quick compiler runs.
 */
final class NodeJvm {
    private final Path directory;
    private final Path archive;
    private final String classPath;

    private NodeJvm(Path directory) {
        this.directory = directory;
        this.archive = directory.resolve("classes.jsa");
        this.classPath = Stream.of(System.getProperty("java.class.path").split(":"))
                .map(Path::of)
                .filter(Files::exists)
                .map(this::jar)
                .map(Path::toString)
                .collect(Collectors.joining(":"));
    }

    /** Runs the first one, which archives its classes in this directory. */
    static NodeJvm withArchive(Path directory) {
        NodeJvm nodeJvm = new NodeJvm(directory);
        try (CrashTestbed testbed = new CrashTestbed(nodeJvm, directory.resolve("first"), 1, SeededBug.NONE)) {
            testbed.ask("gc").orFail();
            testbed.ask("del bystander0").orFail();
            testbed.endOrderly();
        }
        return nodeJvm;
    }

    private Path jar(Path entry) {
        if (!Files.isDirectory(entry)) {
            return entry;
        }
        Path jar = directory.resolve(entry.getFileName() + ".jar");
        String command = "--create --no-compress --file " + jar + " -C " + entry + " .";
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        if (tool.run(System.out, System.err, command.split(" ")) != 0) {
            throw new IllegalStateException("jar " + command);
        }
        return jar;
    }

    /** The command of a node, behind these words; one that ends orderly leaves the archive when there is none. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-XX:ArchiveClassesAtExit=" + archive,
                "-cp",
                classPath,
                NodeMain.class.getName()));
        return command;
    }
}

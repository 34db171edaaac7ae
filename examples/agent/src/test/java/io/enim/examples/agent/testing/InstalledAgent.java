package io.enim.examples.agent.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The agent in a directory as a package has it: launcher, options and jars, which are those of this test's class path. */
public record InstalledAgent(Path directory) {
    /** What a command printed, and its exit status. */
    public record Ran(int status, String output, String errors) {}

    public static InstalledAgent in(Path directory) throws IOException {
        Path lib = Files.createDirectories(directory.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            Path jar = lib.resolve(path.toString().replace('/', '_') + ".jar");
            if (Files.isDirectory(path)) {
                pack(path, jar); // Class-data archives are of jars alone.
            } else if (Files.exists(path)) {
                Files.createSymbolicLink(jar, path);
            }
        }
        for (String file : List.of("enim-agent", "jvm.options")) {
            Path source = Path.of(file).toAbsolutePath();
            Files.copy(source, directory.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new InstalledAgent(directory);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    public Path archive() {
        return directory.resolve("classes.jsa");
    }

    /** Runs a command to its end. */
    public Ran run(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile("agent", ".out");
        Path err = Files.createTempFile("agent", ".err");
        Process process = command(environment, words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(List.of(words) + " did not end within 5 minutes");
        }
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** By default in the JVM of this test. */
    public ProcessBuilder command(Map<String, String> environment, String... words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.command().add(0, directory.resolve("enim-agent").toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("ENIM_"));
        builder.environment().put("ENIM_JAVA", java(Path.of(System.getProperty("java.home"))));
        builder.environment().putAll(environment);
        return builder;
    }

    public static String java(Path home) {
        return home.resolve("bin/java").toString();
    }
}

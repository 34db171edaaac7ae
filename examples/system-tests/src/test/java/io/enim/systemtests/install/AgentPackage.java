package io.enim.systemtests.install;

import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Debian package that the profile {@code package} built. */
final class AgentPackage {
    private static final Path AGENT = Path.of(System.getProperty("enim.root", "../.."))
            .toAbsolutePath()
            .normalize()
            .resolve("examples/agent");

    private AgentPackage() {}

    static Path built() throws IOException {
        return onlyOne(AGENT.resolve("target/package"));
    }

    /** The same with another version, built into a directory. */
    static Path ofVersion(String version, Path into) throws IOException, InterruptedException {
        HostPrograms.run(
                        AGENT.resolve("package/deb/build").toString(), version, "2026-01-01T00:00:00Z", into.toString())
                .successful();
        return onlyOne(into);
    }

    private static Path onlyOne(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> packages =
                    files.filter(file -> file.toString().endsWith(".deb")).toList();
            if (packages.size() != 1) {
                throw new AssertionError(
                        packages + " in " + directory + "; build one with: mvn -P package -DskipTests package");
            }
            return packages.get(0);
        }
    }
}

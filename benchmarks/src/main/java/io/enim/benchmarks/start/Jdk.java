// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A JDK of this machine. */
record Jdk(Path directory, int release) {
    private static final Path DEBIAN = Path.of("/usr/lib/jvm");

    /** The JDK that runs this, and the newest one if that is another. */
    static List<Jdk> ownAndNewest() throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        Jdk own = new Jdk(home, Runtime.version().feature());
        List<Jdk> found = new ArrayList<>(List.of(own));
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> directories = Files.list(DEBIAN)) {
                directories
                        .flatMap(directory -> at(directory).stream())
                        .filter(jdk -> jdk.release() > own.release())
                        .max(Comparator.comparingInt(Jdk::release))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Jdk> at(Path directory) {
        Path file = directory.resolve("release");
        if (!Files.isReadable(file) || !Files.isExecutable(directory.resolve("bin/java"))) {
            return Optional.empty();
        }
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            release.load(reader);
        } catch (IOException e) {
            return Optional.empty();
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        return version.matches("\\d+.*")
                ? Optional.of(new Jdk(directory, Integer.parseInt(version.split("\\D", 2)[0])))
                : Optional.empty();
    }

    String java() {
        return directory.resolve("bin/java").toString();
    }
}

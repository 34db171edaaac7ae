// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The agent's log file. */
final class AgentLog {
    private final Path path;

    AgentLog(Path path) {
        this.path = path;
    }

    File file() {
        return path.toFile();
    }

    /** A stream to this file, for an agent in the demo's own process. */
    PrintStream stream() {
        try {
            return new PrintStream(Files.newOutputStream(path), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DemoException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")\n";
        }
    }

    /** The last line that contains all of these words; an error if there is none. */
    String lastWith(String... words) {
        return text().lines()
                .filter(line -> Arrays.stream(words).allMatch(line::contains))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new DemoException("the agent logged no line with " + List.of(words)));
    }
}

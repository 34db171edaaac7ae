// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The control groups of the sandboxes, which outlive the private namespaces. */
final class ControlGroups {
    private ControlGroups() {}

    /** One that is not empty is a sandbox that is left, and an error. */
    static void remove() throws IOException {
        for (Path group : all()) {
            Files.delete(group);
        }
    }

    /** Removes those of a run that was killed, with those of its sandboxes, in which nothing runs any more. */
    static void removeStale() throws IOException {
        for (Path group : all()) {
            try (DirectoryStream<Path> sandboxes = Files.newDirectoryStream(group, Files::isDirectory)) {
                for (Path sandbox : sandboxes) {
                    Files.delete(sandbox);
                }
            }
        }
        remove();
    }

    private static List<Path> all() throws IOException {
        try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            Stream<Path> groups = controllers.map(controller -> controller.resolve(CriSandboxClient.CGROUP));
            return groups.filter(Files::isDirectory).toList();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.InvalidRequestException;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens the namespaces that ADDs name. Where the last one was a plain file, it says so: a runtime mounts namespaces on such
 * files, and a process that these mounts do not reach can serve no ADD (P20). Safe for concurrent use.
 */
public final class SandboxPaths {
    private final NetworkDevices devices;
    private volatile @Nullable String problem;

    public SandboxPaths(NetworkDevices devices) {
        this.devices = devices;
    }

    /** Throws as {@link NetworkDevices#open} does. */
    Netns open(Path path) {
        try {
            Netns opened = devices.open(path);
            problem = null;
            return opened;
        } catch (InvalidRequestException e) {
            if (Files.isRegularFile(path)) {
                problem = "the last ADD found no namespace: " + e.getMessage();
            }
            throw e;
        }
    }

    /** Until an ADD finds the namespace that it names. */
    public Stream<String> problems() {
        return Stream.ofNullable(problem);
    }
}

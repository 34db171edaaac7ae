// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The least that a collection must do: where sandboxes are mounts, read the mount table once and look up each of them; where
 * they are files, one {@code stat} of each.
 */
final class CollectionFloor {
    private static final String MOUNTS = "/proc/self/mountinfo";

    private final List<Path> sandboxes;
    private final byte[] table;
    private final Map<String, Path> mounted = new HashMap<>();

    CollectionFloor(List<Path> sandboxes, boolean areMounts) throws IOException {
        this.sandboxes = sandboxes;
        this.table = areMounts ? mounts() : new byte[0];
        if (areMounts) {
            sandboxes.forEach(path -> mounted.put(path.toString(), path));
        }
    }

    private static byte[] mounts() throws IOException {
        try (FileInputStream in = new FileInputStream(MOUNTS)) {
            return in.readAllBytes();
        }
    }

    /** How many sandboxes are there. */
    int check() throws IOException {
        int found = 0;
        if (mounted.isEmpty()) {
            for (Path path : sandboxes) {
                found += Files.readAttributes(path, BasicFileAttributes.class).fileKey() == null ? 0 : 1;
            }
        } else if (Arrays.equals(mounts(), table)) {
            for (Path path : sandboxes) {
                found += mounted.containsKey(path.toString()) ? 1 : 0;
            }
        }
        if (found != sandboxes.size()) {
            throw new IOException(found + " of " + sandboxes.size() + " sandboxes are there; mounts came or went");
        }
        return found;
    }
}

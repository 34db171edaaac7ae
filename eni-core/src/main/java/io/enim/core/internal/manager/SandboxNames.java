// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.SandboxPool;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.records.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of sandboxes, each used once. They tell of which manager of a machine a namespace is, so that what a process left
 * that died is known for ours, before any record has it. Safe for concurrent use.
 */
final class SandboxNames {
    private final Path directory;
    private final String prefix;
    private final Pattern own;
    private final Execution execution;
    private final Disk disk;
    /** Whether there can be a namespace: on most nodes there never is any. */
    private volatile boolean isUsed = true;

    SandboxNames(EniSettings settings, Execution execution, Disk disk) {
        List<String> manager = Stream.of(EniSetting.CLUSTER, EniSetting.NODE, EniSetting.RUN_DIR)
                .map(settings::text)
                .toList();
        this.directory = settings.path(EniSetting.SANDBOXES_DIR);
        this.prefix = "enim-" + HexFormat.of().toHexDigits(manager.hashCode()) + "-";
        this.own = Pattern.compile(prefix + "[0-9a-f]{16}");
        this.execution = execution;
        this.disk = disk;
        try {
            isUsed = !present().isEmpty();
        } catch (IOException e) {
            isUsed = true; // Garbage collection says why that is unknown.
        }
    }

    Endpoint fresh() {
        isUsed = true;
        return endpoint(prefix + HexFormat.of().toHexDigits(execution.random().nextLong()));
    }

    boolean isOwn(Endpoint sandbox) {
        return own.matcher(sandbox.name()).matches() && sandbox.equals(endpoint(sandbox.name()));
    }

    Path path(Endpoint sandbox) {
        return directory.resolve(sandbox.name());
    }

    /** Those that have a file now; what else is in the directory is not ours. */
    List<Endpoint> present() throws IOException {
        return isUsed && disk.exists(directory)
                ? disk.files(directory).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> own.matcher(name).matches())
                        .map(SandboxNames::endpoint)
                        .toList()
                : List.of();
    }

    private static Endpoint endpoint(String name) {
        return Endpoint.of(SandboxPool.NAMESPACE, name);
    }
}

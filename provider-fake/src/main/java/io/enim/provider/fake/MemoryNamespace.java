package io.enim.provider.fake;

import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A namespace of the kernel in memory: devices by name. Guarded by the kernel. */
final class MemoryNamespace {
    final Path path;
    final NamespaceId id;
    final Map<String, MemoryDevice> devices = new LinkedHashMap<>();

    MemoryNamespace(Path path, NamespaceId id) {
        this.path = path;
        this.id = id;
    }
}

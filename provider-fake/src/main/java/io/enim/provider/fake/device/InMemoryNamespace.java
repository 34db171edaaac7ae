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

    /** Whether some device has this name, or this alternative name. */
    boolean holds(String name) {
        return devices.values().stream().anyMatch(device -> device.name.equals(name) || device.altNames.contains(name));
    }

    /** Whether a device other than this one has it. */
    boolean holdsBeside(MemoryDevice self, String name) {
        return devices.values().stream()
                .anyMatch(device -> device != self && (device.name.equals(name) || device.altNames.contains(name)));
    }
}

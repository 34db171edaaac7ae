package io.enim.provider.fake.device;

import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A namespace of the kernel in memory: devices by name. Guarded by the kernel. */
final class InMemoryNamespace {
    final Path path;
    final NamespaceId id;
    final Map<String, InMemoryDevice> devices = new LinkedHashMap<>();

    InMemoryNamespace(Path path, NamespaceId id) {
        this.path = path;
        this.id = id;
    }

    /** Whether some device has this name, or this alternative name. */
    boolean hasName(String name) {
        return devices.values().stream().anyMatch(device -> device.name.equals(name) || device.altNames.contains(name));
    }

    /** Whether a device other than this one has it. */
    boolean hasNameOfAnother(InMemoryDevice self, String name) {
        return devices.values().stream()
                .anyMatch(device -> device != self && (device.name.equals(name) || device.altNames.contains(name)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network namespace in memory: devices by name. Names and alternative names are unique in it. Guarded by the kernel.
 */
final class InMemoryNamespace {
    final Path path;
    final NamespaceId id;
    final Map<String, InMemoryDevice> devices = new LinkedHashMap<>();

    InMemoryNamespace(Path path, NamespaceId id) {
        this.path = path;
        this.id = id;
    }

    List<Device> snapshot() {
        return devices.values().stream().map(InMemoryDevice::toDevice).toList();
    }

    boolean hasName(String name) {
        return devices.values().stream().anyMatch(device -> device.hasName(name));
    }

    boolean hasNameOfAnother(InMemoryDevice self, String name) {
        return devices.values().stream().anyMatch(device -> device != self && device.hasName(name));
    }

    /** This name, or {@code devN} where it is taken. */
    String freeName(String preferred) {
        String name = preferred;
        for (int i = 0; hasName(name); i++) {
            name = "dev" + i;
        }
        return name;
    }

    List<InMemoryDevice> all(MacAddress mac) {
        return devices.values().stream()
                .filter(device -> device.permanentMac.equals(mac))
                .toList();
    }

    /** The first device with this permanent MAC, where several share it. */
    Optional<InMemoryDevice> first(MacAddress mac) {
        return all(mac).stream().findFirst();
    }

    /**
     * The device with this permanent MAC.
     *
     * @throws DeviceException several have it, or the one that has it is protected
     */
    Optional<InMemoryDevice> find(MacAddress mac) {
        List<InMemoryDevice> found = all(mac);
        if (found.size() > 1) {
            throw new DeviceException(
                    Kind.AMBIGUOUS,
                    "find",
                    mac.toString(),
                    "devices " + found.stream().map(device -> device.name).toList() + " share it; none was touched");
        }
        found.stream().filter(device -> device.isProtected).findFirst().ifPresent(device -> {
            throw new DeviceException(Kind.PROTECTED, "use", device.name + " " + mac, "it is not ENIM's to touch");
        });
        return found.stream().findFirst();
    }

    InMemoryDevice require(String operation, MacAddress mac) {
        return find(mac)
                .orElseThrow(() ->
                        new DeviceException(Kind.NOT_FOUND, operation, mac.toString(), "it is not where it was seen"));
    }

    /**
     * Renames a device of this namespace, or takes it from another one under this name.
     *
     * @throws DeviceException a name of it is taken here; it stays where it is
     */
    void take(InMemoryNamespace from, InMemoryDevice device, String name) {
        boolean clash = hasNameOfAnother(device, name)
                || device.altNames.stream().anyMatch(altName -> hasNameOfAnother(device, altName));
        if (clash) {
            throw nameTaken("rename " + device.name + " to " + name, path.toString());
        }
        from.devices.remove(device.name, device);
        if (from != this) {
            device.flush();
        }
        device.name = name;
        devices.put(name, device);
    }

    static DeviceException nameTaken(String operation, String where) {
        return new DeviceException(
                Kind.NAME_TAKEN, operation, where, "EEXIST", "the name is taken there; choose another", null);
    }
}

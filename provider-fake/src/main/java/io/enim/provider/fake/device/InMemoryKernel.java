// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.HostLink;
import io.enim.MacAddress;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Namespaces and devices in memory, as clouds, container runtimes and tenants change them. Safe for concurrent use. */
public abstract class InMemoryKernel {
    final InMemoryNamespace host = new InMemoryNamespace(Path.of("/"), new NamespaceId(0, 1, 1));
    final Map<Path, InMemoryNamespace> sandboxes = new LinkedHashMap<>();
    /** By the identity of the ENI. */
    final Map<MacAddress, InMemoryHostLink> hostLinks = new LinkedHashMap<>();

    final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private int lastIndex = 1;
    private long lastCookie = 1;

    /** A device appears on the host. */
    public void plugIn(MacAddress mac) {
        synchronized (this) {
            InMemoryDevice device = newDevice("", mac);
            device.name = host.freeName("eni" + device.ifindex);
            host.devices.put(device.name, device);
        }
        notifyListeners(DeviceEvent.Kind.ON_HOST, mac);
    }

    /** A device that must never be touched appears on the host. */
    public void plugInProtected(String name, MacAddress mac) {
        synchronized (this) {
            InMemoryDevice device = newDevice(name, mac);
            device.isProtected = true;
            host.devices.put(name, device);
        }
        notifyListeners(DeviceEvent.Kind.ON_HOST, mac);
    }

    /** A tenant's own virtual device appears in its sandbox. It is deleted with the sandbox. */
    public synchronized void plugIn(Path sandbox, String name, MacAddress mac) {
        InMemoryNamespace tenant = sandboxes.get(sandbox);
        if (tenant == null) {
            throw new IllegalArgumentException("no sandbox at " + sandbox);
        }
        InMemoryDevice device = newDevice(name, mac);
        device.isVirtual = true;
        tenant.take(tenant, device, name);
    }

    private InMemoryDevice newDevice(String name, MacAddress mac) {
        lastIndex++;
        return new InMemoryDevice(lastIndex, name, mac);
    }

    /** A device disappears, in whichever namespace it is. */
    public void unplug(MacAddress mac) {
        synchronized (this) {
            namespaces().forEach(namespace -> namespace.devices.values().removeAll(namespace.all(mac)));
        }
        notifyListeners(DeviceEvent.Kind.LEFT_HOST, mac);
    }

    /** A sandbox is created, with a new file at this path. */
    public void createSandbox(Path path) {
        try {
            Files.createFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        registerSandbox(path);
    }

    /** A sandbox is created, with the file that is at this path already. */
    public void registerSandbox(Path path) {
        try {
            registerSandbox(
                    path,
                    ((Number) Files.getAttribute(path, "unix:dev")).longValue(),
                    ((Number) Files.getAttribute(path, "unix:ino")).longValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sandbox is created, with a file that need not exist. */
    public synchronized void registerSandbox(Path path, long device, long inode) {
        lastCookie++;
        sandboxes.put(path, new InMemoryNamespace(path, new NamespaceId(device, inode, lastCookie)));
    }

    /** As {@link #killSandbox}, also where there is only a file, or nothing. */
    void removeSandbox(Path path) {
        boolean exists;
        synchronized (this) {
            exists = sandboxes.containsKey(path);
        }
        if (exists) {
            killSandbox(path);
        } else {
            path.toFile().delete();
        }
    }

    /** A sandbox is deleted with its file; its devices fall back to the host as the tenant left them. */
    public void killSandbox(Path path) {
        List<MacAddress> fallen = new ArrayList<>();
        synchronized (this) {
            InMemoryNamespace dead = sandboxes.remove(path);
            if (dead == null) {
                throw new IllegalArgumentException("no sandbox at " + path);
            }
            hostLinks.values().removeIf(link -> link.isIn(dead));
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (InMemoryDevice device : List.copyOf(dead.devices.values())) {
                if (!device.isVirtual) {
                    boolean taken = host.hasName(device.name);
                    device.altNames.removeIf(host::hasName); // A clash does not keep hardware from falling back.
                    host.take(dead, device, taken ? host.freeName("dev" + device.ifindex) : device.name);
                    fallen.add(device.permanentMac);
                }
            }
            notifyAll();
        }
        DeviceEvent event = new DeviceEvent(DeviceEvent.Kind.NAMESPACE_GONE, Optional.empty());
        listeners.forEach(listener -> listener.accept(event));
        fallen.forEach(mac -> notifyListeners(DeviceEvent.Kind.ON_HOST, mac));
    }

    /** Lets a tenant, or the host, change a device, in whichever namespace it is. */
    public synchronized void modifyDevice(MacAddress mac, Consumer<InMemoryDevice> change) {
        change.accept(requireNamespaceOf(mac).first(mac).orElseThrow());
    }

    /** An ENI gets a host link into a sandbox, as one that an agent left there. */
    public synchronized void addHostLink(MacAddress mac, Path sandbox, HostLink networks) {
        InMemoryNamespace namespace = sandboxes.get(sandbox);
        if (namespace == null) {
            throw new IllegalArgumentException("no sandbox at " + sandbox);
        }
        hostLinks.put(mac, new InMemoryHostLink(namespace, networks));
    }

    /** A tenant deletes its end of an ENI's host link, and so the link. */
    public synchronized void deleteHostLink(MacAddress mac) {
        hostLinks.remove(mac);
    }

    /** Software of the host brings a device there up. */
    public void bringUpOnHost(MacAddress mac) {
        synchronized (this) {
            host.first(mac).orElseThrow().up = true;
        }
        notifyListeners(DeviceEvent.Kind.ON_HOST, mac);
    }

    /**
     * Renames a device, in whichever namespace it is.
     *
     * @throws DeviceException the name is taken there
     */
    public synchronized void rename(MacAddress mac, String name) {
        InMemoryNamespace namespace = requireNamespaceOf(mac);
        namespace.take(namespace, namespace.first(mac).orElseThrow(), name);
    }

    /** The path of the device's sandbox, {@code /} for the host; empty when there is no such device. */
    public synchronized Optional<Path> whereIs(MacAddress mac) {
        return namespaceOf(mac).map(namespace -> namespace.path);
    }

    private InMemoryNamespace requireNamespaceOf(MacAddress mac) {
        return namespaceOf(mac).orElseThrow(() -> new IllegalArgumentException("no device " + mac));
    }

    /** The host's first, then the sandboxes'. */
    Optional<InMemoryNamespace> namespaceOf(MacAddress mac) {
        return namespaces().stream()
                .filter(namespace -> namespace.first(mac).isPresent())
                .findFirst();
    }

    private List<InMemoryNamespace> namespaces() {
        return Stream.concat(Stream.of(host), sandboxes.values().stream()).toList();
    }

    InMemoryNamespace requireSandbox(Netns netns) {
        InMemoryNamespace sandbox = sandboxes.get(netns.path());
        if (sandbox == null || !sandbox.id.isSame(netns.id())) {
            throw new DeviceException(Kind.NAMESPACE_GONE, "enter", netns.path().toString(), "it died meanwhile");
        }
        return sandbox;
    }

    private void notifyListeners(DeviceEvent.Kind kind, MacAddress mac) {
        synchronized (this) {
            notifyAll();
        }
        listeners.forEach(listener -> listener.accept(new DeviceEvent(kind, Optional.of(mac))));
    }
}

package io.enim.provider.fake.device;

import io.enim.CheckReport.Difference;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Devices and namespaces in memory, with the kernel's semantics where ENIM depends on them: names are unique in a
 * namespace, a move flushes addresses and routes and may fail half done, and a namespace that dies gives its devices
 * back to home under whatever name and state the tenant left. A sandbox is shown by a file, as nsfs shows a namespace.
 *
 * <p>Safe for concurrent use. Faults are scripted with {@link #faults()}; a method that hangs holds no lock. An agent
 * that "dies" in a test leaves this instance, as a process leaves the kernel, to the next one.
 */
public final class InMemoryDevices implements NetworkDevices {
    private final InMemoryNamespace host = new InMemoryNamespace(Path.of("/"), new NamespaceId(0, 1, 1));
    private final Map<Path, InMemoryNamespace> sandboxes = new LinkedHashMap<>();
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private final DeviceFaults faults = new DeviceFaults();
    private int lastIndex = 1;
    private long lastCookie = 1;

    /** What goes wrong. */
    public DeviceFaults faults() {
        return faults;
    }

    // The stage: what a cloud, a runtime and a tenant do.

    /** A device appears at home. */
    public void plugIn(MacAddress mac) {
        synchronized (this) {
            lastIndex++;
            InMemoryDevice device = new InMemoryDevice(lastIndex, freeName(host, "eni" + lastIndex), mac);
            host.devices.put(device.name, device);
        }
        notifyListeners(DeviceEvent.Kind.ON_HOST, mac);
    }

    /** A device that is never to be touched appears at home. */
    public void plugInProtected(String name, MacAddress mac) {
        synchronized (this) {
            lastIndex++;
            InMemoryDevice device = new InMemoryDevice(lastIndex, name, mac);
            device.isProtected = true;
            host.devices.put(name, device);
        }
        notifyListeners(DeviceEvent.Kind.ON_HOST, mac);
    }

    /** A tenant's own virtual device appears in its sandbox. It dies with it. */
    public synchronized void plugIn(Path sandbox, String name, MacAddress mac) {
        InMemoryNamespace tenant = sandboxes.get(sandbox);
        if (tenant == null) {
            throw new IllegalArgumentException("no sandbox at " + sandbox);
        }
        lastIndex++;
        InMemoryDevice device = new InMemoryDevice(lastIndex, name, mac);
        device.isVirtual = true;
        place(tenant, device, tenant, name);
    }

    /** A device disappears, wherever it is. */
    public void unplug(MacAddress mac) {
        synchronized (this) {
            namespaces()
                    .forEach(namespace -> namespace
                            .devices
                            .values()
                            .removeIf(device -> device.identity().equals(mac)));
        }
        notifyListeners(DeviceEvent.Kind.LEFT_HOST, mac);
    }

    /** A sandbox is made, and shown by a new file at this path. */
    public void createSandbox(Path path) {
        try {
            Files.createFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        registerSandbox(path);
    }

    /** A sandbox is made, and shown by what is at this path already. */
    public synchronized void registerSandbox(Path path) {
        try {
            lastCookie++;
            NamespaceId id = new NamespaceId(
                    ((Number) Files.getAttribute(path, "unix:dev")).longValue(),
                    ((Number) Files.getAttribute(path, "unix:ino")).longValue(),
                    lastCookie);
            sandboxes.put(path, new InMemoryNamespace(path, id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sandbox dies: its file goes, and its devices fall back to home as the tenant left them. */
    public void killSandbox(Path path) {
        synchronized (this) {
            InMemoryNamespace dead = sandboxes.remove(path);
            if (dead == null) {
                throw new IllegalArgumentException("no sandbox at " + path);
            }
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (InMemoryDevice device : List.copyOf(dead.devices.values())) {
                if (!device.isVirtual) {
                    boolean taken = host.hasName(device.name);
                    device.altNames.removeIf(host::hasName); // A clash does not keep hardware from falling back.
                    place(dead, device, host, taken ? freeName(host, "dev" + device.ifindex()) : device.name);
                }
            }
            notifyAll();
        }
        listeners.forEach(
                listener -> listener.accept(new DeviceEvent(DeviceEvent.Kind.NAMESPACE_GONE, Optional.empty())));
    }

    /** Lets a tenant, or the host, do something to a device, wherever it is. */
    public synchronized void modifyDevice(MacAddress mac, Consumer<InMemoryDevice> deed) {
        for (InMemoryNamespace namespace : namespaces()) {
            for (InMemoryDevice device : namespace.devices.values()) {
                if (device.identity().equals(mac)) {
                    deed.accept(device);
                    return;
                }
            }
        }
        throw new IllegalArgumentException("no device " + mac);
    }

    /**
     * Renames a device, wherever it is.
     *
     * @throws DeviceException the name is taken there
     */
    public synchronized void rename(MacAddress mac, String name) {
        for (InMemoryNamespace namespace : namespaces()) {
            for (InMemoryDevice device : List.copyOf(namespace.devices.values())) {
                if (device.identity().equals(mac)) {
                    place(namespace, device, namespace, name);
                    return;
                }
            }
        }
        throw new IllegalArgumentException("no device " + mac);
    }

    /** Where the device is: the path of its sandbox, {@code /} for home, empty for nowhere. */
    public synchronized Optional<Path> whereIs(MacAddress mac) {
        return namespaces().stream()
                .filter(namespace -> namespace.devices.values().stream()
                        .anyMatch(d -> d.identity().equals(mac)))
                .map(namespace -> namespace.path)
                .findFirst();
    }

    // The SPI.

    private record Handle(Path path, NamespaceId id) implements Netns {
        @Override
        public void close() {
            // Nothing in memory is held open.
        }
    }

    @Override
    public synchronized Netns open(Path path) {
        InMemoryNamespace sandbox = sandboxes.get(path);
        if (sandbox == null) {
            boolean isHome = path.equals(host.path);
            throw new InvalidRequestException(
                    "netns",
                    path.toString(),
                    isHome
                            ? "it is the host's own namespace"
                            : Files.exists(path) ? "it is no network namespace" : "there is no such file");
        }
        return new Handle(path, sandbox.id);
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return faults.around("hostDevices", () -> {
            synchronized (this) {
                return host.devices.values().stream()
                        .map(InMemoryDevice::toDevice)
                        .toList();
            }
        });
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return faults.around("find", () -> {
            synchronized (this) {
                return in(host, mac).map(InMemoryDevice::toDevice);
            }
        });
    }

    @Override
    public Optional<Device> find(DeviceBaseline state, Duration timeout) {
        return find(state.mac(), timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return faults.around("findIn", () -> {
            synchronized (this) {
                return in(require(netns), mac).map(InMemoryDevice::toDevice);
            }
        });
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            Optional<InMemoryDevice> found = in(host, mac);
            long left = end - System.nanoTime();
            while (found.isEmpty() && left > 0) {
                try {
                    wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new DeviceException(Kind.TIMEOUT, "await", mac.toString(), "interrupted while waiting");
                }
                found = in(host, mac);
                left = end - System.nanoTime();
            }
            return found.map(InMemoryDevice::toDevice)
                    .orElseThrow(() -> new DeviceException(
                            Kind.NOT_FOUND,
                            "await",
                            mac.toString(),
                            "it did not appear at home within " + timeout.toMillis() + " ms; is the ENI attached?"));
        }
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        return faults.around("moveIn", () -> {
            synchronized (this) {
                InMemoryNamespace target = require(netns);
                InMemoryDevice found =
                        in(host, device.identity()).orElseThrow(() -> missing("move", device.identity()));
                String name = plan.name().value();
                if (target.hasName(name) || found.altNames.contains(name)) {
                    // As the kernel does where the old name is free: it has moved, and is not renamed.
                    if (!target.hasName(found.name)) {
                        place(host, found, target, found.name);
                    }
                    throw taken("move " + found.name + " to", netns.path() + " as " + name);
                }
                place(host, found, target, name);
                found.up = true;
                notifyAll();
                return found.toDevice();
            }
        });
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        faults.around("configure", () -> {
            synchronized (this) {
                InMemoryDevice found = in(require(netns), device.identity())
                        .orElseThrow(() -> missing("configure", device.identity()));
                found.addresses.addAll(plan.addresses());
                found.routes.addAll(plan.routes());
                found.up = true;
                return true;
            }
        });
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkConfig plan, Duration timeout) {
        return faults.around("inspect", () -> {
            synchronized (this) {
                Optional<InMemoryDevice> found = in(require(netns), mac);
                if (found.isEmpty()) {
                    return List.of(new Difference("device", "in " + netns.path(), "missing"));
                }
                List<Difference> differences = new ArrayList<>();
                InMemoryDevice device = found.get();
                if (!device.name.equals(plan.name().value())) {
                    differences.add(new Difference("name", plan.name().value(), device.name));
                }
                if (!device.mac.equals(mac)) {
                    differences.add(new Difference("mac", mac.toString(), device.mac.toString()));
                }
                if (!device.up) {
                    differences.add(new Difference("state", "up", "down"));
                }
                plan.addresses().stream()
                        .filter(address -> !device.addresses.contains(address))
                        .forEach(address -> differences.add(
                                new Difference("address", IpLiteral.format(address.address()), "missing")));
                plan.routes().stream()
                        .filter(route -> !device.routes.contains(route))
                        .forEach(route -> differences.add(new Difference("route", route.toString(), "missing")));
                return differences;
            }
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline state, Optional<Netns> netns, Duration timeout) {
        return faults.around("returnToHost", () -> {
            synchronized (this) {
                for (InMemoryNamespace namespace : namespaces()) {
                    Optional<InMemoryDevice> found = in(namespace, state.mac());
                    if (found.isPresent()) {
                        Location location = namespace == host
                                ? Location.HOST
                                : netns.filter(given -> given.path().equals(namespace.path))
                                                .isPresent()
                                        ? Location.SANDBOX
                                        : Location.OTHER_NAMESPACE;
                        return clean(namespace, found.get(), state, location);
                    }
                }
                return new ReturnReport(Location.NOT_FOUND, List.of(), List.of());
            }
        });
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline state, Duration timeout) {
        return faults.around("restoreOnHost", () -> {
            synchronized (this) {
                return in(host, state.mac())
                        .map(device -> clean(host, device, state, Location.HOST))
                        .orElseGet(() -> new ReturnReport(Location.NOT_FOUND, List.of(), List.of()));
            }
        });
    }

    private ReturnReport clean(InMemoryNamespace from, InMemoryDevice device, DeviceBaseline state, Location location) {
        List<String> mended = new ArrayList<>(state.differences(device.toDevice()));
        if (from != host) {
            mended.removeIf(difference -> difference.startsWith("name")); // It is called otherwise there by plan.
        }
        if (from == host && !(device.addresses.isEmpty() && device.routes.isEmpty())) {
            mended.add("addresses or routes were left");
            device.addresses.clear();
            device.routes.clear();
        }
        device.mac = state.mac();
        device.mtu = state.mtu();
        device.txQueueLength = state.txQueueLength();
        device.group = state.group();
        device.segmentation.putAll(state.segmentation());
        device.alias = null;
        device.altNames.clear();
        device.flags.clear();
        String name = host.hasNameOfAnother(device, state.name())
                ? "e" + state.mac().toString().replace(":", "")
                : state.name();
        place(from, device, host, name);
        notifyAll();
        List<String> remaining = new ArrayList<>(state.differences(device.toDevice()));
        remaining.removeIf(difference -> difference.startsWith("name"));
        return new ReturnReport(location, mended, remaining);
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        // The kernel outlives its clients.
    }

    private void notifyListeners(DeviceEvent.Kind kind, MacAddress mac) {
        synchronized (this) {
            notifyAll();
        }
        listeners.forEach(listener -> listener.accept(new DeviceEvent(kind, Optional.of(mac))));
    }

    private List<InMemoryNamespace> namespaces() {
        List<InMemoryNamespace> all = new ArrayList<>();
        all.add(host);
        all.addAll(sandboxes.values());
        return all;
    }

    private InMemoryNamespace require(Netns netns) {
        InMemoryNamespace sandbox = sandboxes.get(netns.path());
        if (sandbox == null || !sandbox.id.isSame(netns.id())) {
            throw new DeviceException(Kind.NAMESPACE_GONE, "enter", netns.path().toString(), "it died meanwhile");
        }
        return sandbox;
    }

    private static Optional<InMemoryDevice> in(InMemoryNamespace namespace, MacAddress mac) {
        List<InMemoryDevice> found = namespace.devices.values().stream()
                .filter(device -> device.identity().equals(mac))
                .toList();
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

    private static DeviceException missing(String operation, MacAddress mac) {
        return new DeviceException(Kind.NOT_FOUND, operation, mac.toString(), "it is not where it was seen");
    }

    private static DeviceException taken(String operation, String where) {
        return new DeviceException(
                Kind.NAME_TAKEN, operation, where, "EEXIST", "the name is taken there; choose another", null);
    }

    /** Names and alternative names are unique in a namespace; a clash leaves the device where it is. */
    private static void place(InMemoryNamespace from, InMemoryDevice device, InMemoryNamespace to, String name) {
        boolean clash = to.hasNameOfAnother(device, name)
                || device.altNames.stream().anyMatch(altName -> to.hasNameOfAnother(device, altName));
        if (clash) {
            throw taken("rename " + device.name + " to " + name, to.path.toString());
        }
        from.devices.remove(device.name, device);
        if (from != to) {
            device.flush();
        }
        device.name = name;
        to.devices.put(name, device);
    }

    private static String freeName(InMemoryNamespace namespace, String wish) {
        String name = wish;
        for (int i = 0; namespace.hasName(name); i++) {
            name = "dev" + i;
        }
        return name;
    }
}

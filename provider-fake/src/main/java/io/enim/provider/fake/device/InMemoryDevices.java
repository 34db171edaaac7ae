// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import static java.util.Objects.requireNonNull;

import io.enim.CheckReport.Difference;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.Heartbeat;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Devices and namespaces in memory, with the kernel's semantics where ENIM depends on them: names are unique in a
 * namespace, a move flushes addresses and routes and may fail half done, and the devices of a namespace that dies fall
 * back to the host with the name and state that the tenant left. A sandbox is a file, as in nsfs.
 *
 * <p>Safe for concurrent use. Faults are scripted with {@link #faults()}; a method that hangs holds no lock. An agent
 * that "dies" in a test leaves this instance, as a process leaves the kernel, to the next one.
 */
public final class InMemoryDevices extends InMemoryKernel implements NetworkDevices {
    private static final ReturnReport NOT_FOUND = new ReturnReport(Location.NOT_FOUND, List.of(), List.of());

    private final DeviceFaults faults = new DeviceFaults();
    private volatile List<String> problems = List.of();

    public DeviceFaults faults() {
        return faults;
    }

    private record Handle(Path path, NamespaceId id) implements Netns {
        @Override
        public void close() {}
    }

    private <T> T call(String method, Supplier<T> effect) {
        return faults.around(method, () -> {
            synchronized (this) {
                return effect.get();
            }
        });
    }

    @Override
    public synchronized Netns open(Path path) {
        InMemoryNamespace sandbox = sandboxes.get(path);
        if (sandbox != null) {
            return new Handle(path, sandbox.id);
        }
        throw new InvalidRequestException(
                "netns",
                path.toString(),
                path.equals(host.path)
                        ? "it is the host's own namespace"
                        : Files.exists(path) ? "it is no network namespace" : "there is no such file");
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return call("hostDevices", host::snapshot);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return call("find", () -> host.find(mac).map(InMemoryDevice::toDevice));
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return find(baseline.mac(), timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return call("findIn", () -> requireSandbox(netns).find(mac).map(InMemoryDevice::toDevice));
    }

    @Override
    public Optional<Netns> locate(DeviceBaseline baseline, Duration timeout) {
        return call(
                "locate",
                () -> namespaceOf(baseline.mac())
                        .filter(namespace -> namespace != host)
                        .map(namespace -> new Handle(namespace.path, namespace.id)));
    }

    @Override
    public synchronized Device awaitOnHost(MacAddress mac, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        Optional<InMemoryDevice> found = host.find(mac);
        for (long left = timeout.toNanos(); found.isEmpty() && left > 0; left = end - System.nanoTime()) {
            try {
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeviceException(Kind.TIMEOUT, "await", mac.toString(), "interrupted while waiting");
            }
            found = host.find(mac);
        }
        return found.map(InMemoryDevice::toDevice)
                .orElseThrow(() -> new DeviceException(
                        Kind.NOT_FOUND,
                        "await",
                        mac.toString(),
                        "it did not appear on the host within " + timeout.toMillis() + " ms; is the ENI attached?"));
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return call("moveIn", () -> {
            InMemoryNamespace target = requireSandbox(netns);
            InMemoryDevice found = host.require("move", device.identity());
            String name = config.name().value();
            if (target.hasName(name) || found.altNames.contains(name)) {
                // As the kernel does where the old name is free: it has moved, and is not renamed.
                if (!target.hasName(found.name)) {
                    target.take(host, found, found.name);
                }
                throw InMemoryNamespace.nameTaken("move " + found.name + " to", netns.path() + " as " + name);
            }
            target.take(host, found, name);
            found.mtu = config.mtu().orElse(found.mtu);
            found.up = true;
            notifyAll();
            return found.toDevice();
        });
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        call("configure", () -> {
            InMemoryNamespace sandbox = requireSandbox(netns);
            InMemoryDevice found = sandbox.require("configure", device.identity());
            found.addresses.addAll(config.addresses());
            found.routes.addAll(config.routes());
            found.mtu = config.mtu().orElse(found.mtu);
            found.up = true;
            config.hostLink().ifPresent(link -> hostLinks.put(device.identity(), new InMemoryHostLink(sandbox, link)));
            return true;
        });
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        return call("inspect", () -> {
            InMemoryNamespace sandbox = requireSandbox(netns);
            List<Difference> ofDevice = sandbox.find(mac)
                    .map(device -> device.differences(config))
                    .orElseGet(() -> List.of(new Difference("device", "in " + netns.path(), "missing")));
            return Stream.concat(
                            ofDevice.stream(),
                            config.hostLink().stream().flatMap(link -> inspect(mac, sandbox, link).stream()))
                    .toList();
        });
    }

    private List<Difference> inspect(MacAddress mac, InMemoryNamespace sandbox, HostLink wanted) {
        InMemoryHostLink found = hostLinks.get(mac);
        return found == null
                ? List.of(new Difference("host link", "of " + mac, "missing"))
                : found.differences(sandbox, wanted);
    }

    @Override
    public Set<MacAddress> hostLinks(Duration timeout) {
        return call("hostLinks", () -> Set.copyOf(hostLinks.keySet()));
    }

    @Override
    public void removeHostLink(MacAddress mac, Duration timeout) {
        call("removeHostLink", () -> {
            hostLinks.remove(mac);
            return mac;
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        return call("returnToHost", () -> {
            hostLinks.remove(baseline.mac());
            Optional<InMemoryNamespace> found = namespaceOf(baseline.mac());
            return found.map(from -> restore(from, baseline, location(from, netns)))
                    .orElse(NOT_FOUND);
        });
    }

    private Location location(InMemoryNamespace namespace, Optional<Netns> given) {
        boolean isGiven =
                given.filter(netns -> netns.path().equals(namespace.path)).isPresent();
        return namespace == host ? Location.HOST : isGiven ? Location.SANDBOX : Location.OTHER_NAMESPACE;
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return call("restoreOnHost", () -> {
            if (host.first(baseline.mac()).isEmpty()) {
                return NOT_FOUND;
            }
            hostLinks.remove(baseline.mac());
            return restore(host, baseline, Location.HOST);
        });
    }

    private ReturnReport restore(InMemoryNamespace from, DeviceBaseline baseline, Location location) {
        InMemoryDevice device = from.require("restore", baseline.mac());
        List<String> repaired = new ArrayList<>(baseline.differences(device.toDevice()));
        if (from != host) {
            repaired.removeIf(difference -> difference.startsWith("name")); // In a sandbox its name is another one.
        }
        List<String> takenOver = from == host ? device.hostConfiguration() : List.of();
        device.flush();
        device.restore(baseline);
        String ofMac = "e" + baseline.mac().toString().replace(":", "");
        String name = host.hasNameOfAnother(device, baseline.name()) ? ofMac : baseline.name();
        host.take(from, device, name);
        notifyAll();
        List<String> unresolved = new ArrayList<>(baseline.differences(device.toDevice()));
        unresolved.removeIf(difference -> difference.startsWith("name"));
        return new ReturnReport(location, repaired, unresolved, takenOver);
    }

    @Override
    public void createNamespace(Path path, Duration timeout) {
        call("createNamespace", () -> {
            requireNonNull(path.getParent(), "a directory").toFile().mkdirs();
            if (Files.exists(path)) {
                throw new DeviceException(Kind.NAME_TAKEN, "create namespace", path.toString(), "choose another name");
            }
            createSandbox(path);
            return true;
        });
    }

    @Override
    public void removeNamespace(Path path, Duration timeout) {
        faults.around("removeNamespace", () -> {
            removeSandbox(path);
            return true;
        });
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What {@link #heartbeats} says from now on. */
    public void standStill(String... newProblems) {
        problems = List.of(newProblems);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return problems.stream()
                .map(problem -> new Heartbeat(Heartbeat.Kind.LOOP, "devices in memory", problem, Duration.ZERO, true))
                .toList();
    }

    @Override
    public void close() {
        // The kernel outlives its clients.
    }
}

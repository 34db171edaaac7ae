package io.enim.netlink;

import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device contract over the running kernel: checks what it is given, sets deadlines and translates errors. */
final class KernelDevices implements NetworkDevices {
    private static final Logger LOG = LoggerFactory.getLogger(KernelDevices.class);
    /** A cold start on a processor that others use up takes many seconds; a warm one takes none. */
    private static final Duration START = Duration.ofSeconds(30);

    private static final Duration OPENING = Duration.ofSeconds(5);

    private final Kernel kernel;
    private final DeviceMonitor monitor;
    private final MoveIn moveIn;
    private final Configuration configuration;
    private final OffloadFeatures features;
    private final HostAgents hostAgents = new HostAgents(HostAgents.RUN);
    /** Devices that were looked up before. */
    private final Set<MacAddress> known = ConcurrentHashMap.newKeySet();

    private final Homeward homeward;
    private final MoveLine line = new MoveLine();

    private KernelDevices(Kernel kernel, DeviceMonitor monitor) {
        this.kernel = kernel;
        this.monitor = monitor;
        this.moveIn = new MoveIn(kernel, monitor.links(), line);
        this.configuration = new Configuration(kernel);
        this.features = new OffloadFeatures(kernel);
        this.homeward = new Homeward(kernel, monitor.links(), line, features, hostAgents);
    }

    /** {@link #open(NetlinkProbe)} with nobody at the messages. */
    static KernelDevices open() {
        return open(NetlinkProbe.NONE);
    }

    /** Over the calling thread's namespace. Enters and reads once, and rehearses, so that the first operation finds all loaded. */
    static KernelDevices open(NetlinkProbe probe) {
        return DeviceErrors.translate(() -> {
            Deadline deadline = Deadline.after(START);
            KernelDevices devices = open(probe, deadline);
            try {
                Rehearsal.run(devices.kernel, devices.monitor.links(), devices.line, deadline);
                return devices;
            } catch (NetlinkException e) {
                devices.close();
                throw e;
            }
        });
    }

    private static KernelDevices open(NetlinkProbe probe, Deadline deadline) {
        Kernel kernel = Kernel.overCallingThread(probe);
        try {
            DeviceMonitor monitor = new DeviceMonitor(kernel, deadline);
            return new KernelDevices(kernel, monitor.readOnce(deadline).start());
        } catch (NetlinkException e) {
            kernel.close();
            throw e;
        }
    }

    RtnlCounter counter() {
        return kernel.counter();
    }

    /** Time spent inside the kernel's handling of requests so far: what no client of the kernel can avoid. */
    long sendNanos() {
        return kernel.counter().sendNanos();
    }

    @Override
    public Netns open(Path path) {
        return DeviceErrors.translate(() -> {
            NamespaceFile file = NamespaceFile.open(path);
            if (file.isSame(kernel.home())) {
                file.close();
                throw new InvalidRequestException(
                        "network namespace", path.toString(), "this is the agent's own namespace; pass the endpoint's");
            }
            return Sandbox.enter(kernel, file, Deadline.after(OPENING));
        });
    }

    @Override
    public List<Device> home(Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() -> {
            List<LinkMessage> links = monitor.links().reload(deadline);
            features.retain(links);
            List<Device> devices = new ArrayList<>();
            for (LinkMessage link : links) {
                Devices.of(link)
                        .map(device -> Devices.withOffload(device, features.lastOf(link, deadline)))
                        .ifPresent(devices::add);
            }
            return devices;
        });
    }

    private Optional<Device> lookedUp(LinkMessage link, Deadline deadline) {
        Optional<Device> device = Devices.of(link).map(seen -> Devices.withOffload(seen, features.of(link, deadline)));
        device.filter(seen -> known.add(seen.identity())).ifPresent(this::warnOfClaims);
        return device;
    }

    /** Once, before an endpoint has trouble (F17). */
    private void warnOfClaims(Device device) {
        for (String claim : hostAgents.claiming(device.ifindex(), device.name())) {
            LOG.warn("{} ({}) is not ours alone: {}", device.name(), device.identity(), claim);
        }
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() ->
                Identification.find(monitor.links().links(deadline), mac).flatMap(link -> lookedUp(link, deadline)));
    }

    @Override
    public Optional<Device> find(HomeState home, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() ->
                Identification.find(monitor.links().links(deadline), home).flatMap(link -> lookedUp(link, deadline)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() -> Identification.find(SandboxLinks.read(sandbox(netns), deadline), mac)
                .flatMap(Devices::of));
    }

    @Override
    public Device await(MacAddress mac, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() -> monitor.links()
                .await(links -> Identification.find(links, mac), deadline)
                .flatMap(link -> lookedUp(link, deadline))
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "await device",
                        mac.toString(),
                        "it did not appear at home within " + timeout.toMillis()
                                + " ms; see whether the cloud attached it and a driver took it")));
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        return DeviceErrors.translate(() -> moveIn.move(device, sandbox(netns), plan, Deadline.after(timeout)));
    }

    @Override
    public void configure(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        DeviceErrors.translate(() -> {
            configuration.apply(device, sandbox(netns), plan, Deadline.after(timeout));
            return plan;
        });
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkPlan plan, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return DeviceErrors.translate(() -> {
            List<LinkMessage> links = SandboxLinks.read(sandbox(netns), deadline);
            return sandbox(netns)
                    .withSocket(deadline, socket -> Inspection.differences(mac, links, socket, plan, deadline));
        });
    }

    @Override
    public Homecoming bringHome(HomeState home, Optional<Netns> netns, Duration timeout) {
        return DeviceErrors.translate(
                () -> homeward.bring(home, netns.map(KernelDevices::sandbox), Deadline.after(timeout)));
    }

    @Override
    public Homecoming cleanAtHome(HomeState home, Duration timeout) {
        return DeviceErrors.translate(() -> homeward.clean(home, Deadline.after(timeout)));
    }

    private static Sandbox sandbox(Netns netns) {
        if (netns instanceof Sandbox sandbox) {
            return sandbox;
        }
        throw new IllegalArgumentException("a namespace opened by another device layer: "
                + netns.getClass().getName());
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return monitor.subscribe(listener);
    }

    @Override
    public void close() {
        monitor.close();
        kernel.close();
    }
}

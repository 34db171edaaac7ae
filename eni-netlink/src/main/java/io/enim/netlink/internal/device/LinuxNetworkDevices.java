package io.enim.netlink.internal.device;

import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
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
public final class LinuxNetworkDevices implements NetworkDevices {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxNetworkDevices.class);
    /** A cold start on a processor that others use up takes many seconds; a warm one takes none. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(5);

    private final NetlinkSessions sessions;
    private final LinkMonitor monitor;
    private final MoveIntoSandbox moveIntoSandbox;
    private final LinkConfigurer configurer;
    private final EthtoolFeatures features;
    private final HostNetworkManagers hostNetworkManagers = new HostNetworkManagers(HostNetworkManagers.RUN_DIRECTORY);
    /** Devices that were looked up before. */
    private final Set<MacAddress> alreadyLookedUp = ConcurrentHashMap.newKeySet();

    private final ReturnToHost returnToHost;
    private final RtnlQueue rtnlQueue = new RtnlQueue();

    private LinuxNetworkDevices(NetlinkSessions kernel, LinkMonitor monitor) {
        this.sessions = kernel;
        this.monitor = monitor;
        this.moveIntoSandbox = new MoveIntoSandbox(kernel, monitor.links(), rtnlQueue);
        this.configurer = new LinkConfigurer(kernel);
        this.features = new EthtoolFeatures(kernel);
        this.returnToHost = new ReturnToHost(kernel, monitor.links(), rtnlQueue, features, hostNetworkManagers);
    }

    /** {@link #open(NetlinkProbe)} with nobody at the messages. */
    static LinuxNetworkDevices open() {
        return open(NetlinkFailPoint.NONE);
    }

    /** Over the calling thread's namespace. Enters and reads once, and rehearses, so that the first operation finds all loaded. */
    public static LinuxNetworkDevices open(NetlinkFailPoint probe) {
        return ErrorTranslator.translate(() -> {
            Deadline deadline = Deadline.after(START_TIMEOUT);
            LinuxNetworkDevices devices = open(probe, deadline);
            try {
                WarmUp.run(devices.sessions, devices.monitor.links(), devices.rtnlQueue, deadline);
                return devices;
            } catch (NetlinkException e) {
                devices.close();
                throw e;
            }
        });
    }

    private static LinuxNetworkDevices open(NetlinkFailPoint probe, Deadline deadline) {
        NetlinkSessions kernel = NetlinkSessions.overCallingThread(probe);
        try {
            LinkMonitor monitor = new LinkMonitor(kernel, deadline);
            return new LinuxNetworkDevices(kernel, monitor.readOnce(deadline).start());
        } catch (NetlinkException e) {
            kernel.close();
            throw e;
        }
    }

    public RtnlCounter counter() {
        return sessions.counter();
    }

    /** Time spent inside the kernel's handling of requests so far: what no client of the kernel can avoid. */
    public long sendNanos() {
        return sessions.counter().sendNanos();
    }

    @Override
    public Netns open(Path path) {
        return ErrorTranslator.translate(() -> {
            NetnsHandle file = NetnsHandle.open(path);
            if (file.isSame(sessions.hostNamespace())) {
                file.close();
                throw new InvalidRequestException(
                        "network namespace", path.toString(), "this is the agent's own namespace; pass the endpoint's");
            }
            return Sandbox.enter(sessions, file, Deadline.after(OPEN_TIMEOUT));
        });
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(() -> {
            List<LinkMessage> links = monitor.links().reload(deadline);
            features.retain(links);
            List<Device> devices = new ArrayList<>();
            for (LinkMessage link : links) {
                DeviceMapper.of(link)
                        .map(device -> DeviceMapper.withOffload(device, features.lastOf(link, deadline)))
                        .ifPresent(devices::add);
            }
            return devices;
        });
    }

    private Optional<Device> lookedUp(LinkMessage link, Deadline deadline) {
        Optional<Device> device =
                DeviceMapper.of(link).map(seen -> DeviceMapper.withOffload(seen, features.of(link, deadline)));
        device.filter(seen -> alreadyLookedUp.add(seen.identity())).ifPresent(this::warnOfClaims);
        return device;
    }

    /** Once, before an endpoint has trouble (F17). */
    private void warnOfClaims(Device device) {
        for (String claim : hostNetworkManagers.claimsOn(device.ifindex(), device.name())) {
            LOG.warn("{} ({}) is not ours alone: {}", device.name(), device.identity(), claim);
        }
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(
                () -> LinkMatcher.find(monitor.links().links(deadline), mac).flatMap(link -> lookedUp(link, deadline)));
    }

    @Override
    public Optional<Device> find(DeviceBaseline home, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(() ->
                LinkMatcher.find(monitor.links().links(deadline), home).flatMap(link -> lookedUp(link, deadline)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(() -> LinkMatcher.find(SandboxLinks.read(sandbox(netns), deadline), mac)
                .flatMap(DeviceMapper::of));
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(() -> monitor.links()
                .await(links -> LinkMatcher.find(links, mac), deadline)
                .flatMap(link -> lookedUp(link, deadline))
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "await device",
                        mac.toString(),
                        "it did not appear at home within " + timeout.toMillis()
                                + " ms; see whether the cloud attached it and a driver took it")));
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        return ErrorTranslator.translate(
                () -> moveIntoSandbox.move(device, sandbox(netns), plan, Deadline.after(timeout)));
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        ErrorTranslator.translate(() -> {
            configurer.apply(device, sandbox(netns), plan, Deadline.after(timeout));
            return plan;
        });
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig plan, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        return ErrorTranslator.translate(() -> {
            List<LinkMessage> links = SandboxLinks.read(sandbox(netns), deadline);
            return sandbox(netns)
                    .withSocket(deadline, socket -> LinkInspector.differences(mac, links, socket, plan, deadline));
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline home, Optional<Netns> netns, Duration timeout) {
        return ErrorTranslator.translate(() ->
                returnToHost.returnDevice(home, netns.map(LinuxNetworkDevices::sandbox), Deadline.after(timeout)));
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline home, Duration timeout) {
        return ErrorTranslator.translate(() -> returnToHost.cleanOnHost(home, Deadline.after(timeout)));
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
        sessions.close();
    }
}

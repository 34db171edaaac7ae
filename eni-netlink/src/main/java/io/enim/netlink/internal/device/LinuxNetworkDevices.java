// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.device.ErrorTranslator.translate;

import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.Heartbeat;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.residue.EthtoolFeatures;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.socket.SocketOptions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevices.Subscription;
import io.enim.spi.ReturnReport;
import io.enim.spi.UpperDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The device SPI over the running kernel: sets deadlines and turns the kernel's refusals into the SPI's errors. Each
 * operation is done by the class that is named for it.
 */
public final class LinuxNetworkDevices implements NetworkDevices {
    /** For each answer of the kernel: a cold start on a processor that others use up takes minutes, most of it without any. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(5);

    private final NetlinkSessions sessions;
    private final LinkMonitor monitor;
    private final HostLookup hostLookup;
    private final MoveIntoSandbox moveIntoSandbox;
    private final ReturnToHost returnToHost;
    private final UpperDeviceSearch upperDeviceSearch;
    private final HostVethPairs hostVethPairs;
    private final HostVethSetup hostVethSetup;
    private final HostVethInspector hostVethInspector;

    private LinuxNetworkDevices(NetlinkSessions sessions, LinkMonitor monitor) {
        HostNetworkManagers managers = new HostNetworkManagers(HostNetworkManagers.RUN_DIRECTORY);
        UdevNames udevNames = new UdevNames(HostNetworkManagers.RUN_DIRECTORY);
        EthtoolFeatures features = new EthtoolFeatures(sessions);
        RtnlQueue rtnlQueue = new RtnlQueue();
        this.sessions = sessions;
        this.monitor = monitor;
        this.hostVethPairs = new HostVethPairs(sessions, monitor.links(), rtnlQueue);
        this.hostVethSetup = new HostVethSetup(sessions, hostVethPairs);
        this.hostVethInspector = new HostVethInspector(sessions, hostVethPairs);
        this.hostLookup = new HostLookup(monitor.links(), features, managers, udevNames);
        this.moveIntoSandbox = new MoveIntoSandbox(sessions, monitor.links(), rtnlQueue, udevNames);
        this.returnToHost =
                new ReturnToHost(sessions, monitor.links(), hostVethPairs, rtnlQueue, features, managers, udevNames);
        this.upperDeviceSearch = new UpperDeviceSearch(sessions, monitor.links());
    }

    /** Over the calling thread's namespace. Reads all links and warms up, so that the first operation finds all loaded. */
    public static LinuxNetworkDevices open(NetlinkFailPoint failPoint) {
        return open(failPoint, SocketOptions.KERNEL);
    }

    static LinuxNetworkDevices open(NetlinkFailPoint failPoint, SocketOptions options) {
        return translate(() -> {
            LinuxNetworkDevices devices = openCold(failPoint, options);
            try {
                devices.monitor.start(Deadline.after(START_TIMEOUT));
                WarmUp.run(devices.sessions, devices.monitor.links(), () -> Deadline.after(START_TIMEOUT));
                return devices;
            } catch (NetlinkException e) {
                devices.close();
                throw e;
            }
        });
    }

    private static LinuxNetworkDevices openCold(NetlinkFailPoint failPoint, SocketOptions options) {
        NetlinkSessions sessions = NetlinkSessions.overCallingThread(failPoint, options);
        try {
            return new LinuxNetworkDevices(sessions, new LinkMonitor(sessions, Deadline.after(START_TIMEOUT)));
        } catch (NetlinkException e) {
            sessions.close();
            throw e;
        }
    }

    /** How often the kernel had to take RTNL for this layer. */
    public long rtnlAcquisitions() {
        return sessions.counter().acquisitions();
    }

    /** The time this layer spent in sends to the kernel. */
    public long sendNanos() {
        return sessions.counter().sendNanos();
    }

    @Override
    public Netns open(Path path) {
        return translate(() -> enter(path));
    }

    private Netns enter(Path path) {
        NetnsHandle file = NetnsHandle.open(path);
        if (file.isSame(sessions.hostNamespace())) {
            file.close();
            throw new InvalidRequestException(
                    "network namespace", path.toString(), "this is the agent's own namespace; pass the endpoint's");
        }
        return Sandbox.enter(sessions, file, Deadline.after(OPEN_TIMEOUT));
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return translate(() -> hostLookup.all(Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return translate(() -> hostLookup.find(mac, Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return translate(() -> hostLookup.find(baseline, Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return translate(() -> LinkMatcher.find(SandboxLinks.read(sandbox(netns), Deadline.after(timeout)), mac)
                .flatMap(DeviceMapper::of));
    }

    @Override
    public Optional<Netns> locate(DeviceBaseline baseline, Duration timeout) {
        return translate(
                () -> returnToHost.locate(baseline, Deadline.after(timeout)).map(Netns.class::cast));
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        return translate(() -> hostLookup.await(mac, Deadline.after(timeout)))
                .orElseThrow(() -> new DeviceException(
                        Kind.NOT_FOUND,
                        "await device",
                        mac.toString(),
                        "it did not appear on the host within " + timeout.toMillis()
                                + " ms; check that the cloud attached it and that a driver bound to it"));
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return translate(() -> moveIntoSandbox.move(device, sandbox(netns), config, Deadline.after(timeout)));
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        translate(() -> {
            Deadline deadline = Deadline.after(timeout);
            LinkConfigurer.apply(device, sandbox(netns), config, deadline);
            HostLinkRoutes.of(device.identity(), config)
                    .ifPresent(routes -> hostVethSetup.apply(device, sandbox(netns), routes, deadline));
            return config;
        });
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        return translate(() -> {
            Deadline deadline = Deadline.after(timeout);
            Optional<HostLinkRoutes> routes = HostLinkRoutes.of(mac, config);
            return Stream.concat(
                            LinkInspector.differences(mac, sandbox(netns), config, deadline).stream(),
                            routes.stream()
                                    .flatMap(each ->
                                            hostVethInspector.differences(sandbox(netns), each, deadline).stream()))
                    .toList();
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        Optional<Sandbox> sandbox = netns.map(LinuxNetworkDevices::sandbox);
        return translate(() -> returnToHost.returnDevice(baseline, sandbox, Deadline.after(timeout)));
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return translate(() -> returnToHost.cleanOnHost(baseline, Deadline.after(timeout)));
    }

    @Override
    public Set<MacAddress> hostLinks(Duration timeout) {
        return translate(() -> hostVethPairs.all(Deadline.after(timeout)));
    }

    @Override
    public void removeHostLink(MacAddress mac, Duration timeout) {
        translate(() -> {
            hostVethPairs.remove(mac, Deadline.after(timeout));
            return mac;
        });
    }

    @Override
    public UpperDevices upperDevices(MacAddress mac, Duration timeout) {
        return translate(() -> upperDeviceSearch.on(mac, Deadline.after(timeout)));
    }

    @Override
    public void createNamespace(Path path, Duration timeout) {
        translate(() -> new NewNamespace(path).create(sessions, Deadline.after(timeout)));
    }

    @Override
    public void removeNamespace(Path path, Duration timeout) {
        translate(() -> new NewNamespace(path).remove());
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return monitor.subscribe(listener);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return List.of(monitor.heartbeat());
    }

    @Override
    public void close() {
        monitor.close();
        sessions.close();
    }

    private static Sandbox sandbox(Netns netns) {
        if (netns instanceof Sandbox sandbox) {
            return sandbox;
        }
        throw new IllegalArgumentException("a namespace opened by another device layer: "
                + netns.getClass().getName());
    }
}

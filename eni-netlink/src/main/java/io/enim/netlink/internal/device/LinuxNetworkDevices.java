package io.enim.netlink.internal.device;

import io.enim.CheckReport;
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
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices.Subscription;
import io.enim.spi.ReturnReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of the device SPI over the running kernel, each by the class that is named for it. The kernel's refusals
 * leave it as {@link NetlinkException}; {@link TranslatingDevices} turns them into the SPI's errors.
 */
final class LinuxNetworkDevices implements QuietCloseable {
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
    /** The devices that were looked up before. */
    private final Set<MacAddress> alreadyLookedUp = ConcurrentHashMap.newKeySet();

    private final ReturnToHost returnToHost;
    private final RtnlQueue rtnlQueue = new RtnlQueue();

    private LinuxNetworkDevices(NetlinkSessions sessions, LinkMonitor monitor) {
        this.sessions = sessions;
        this.monitor = monitor;
        this.moveIntoSandbox = new MoveIntoSandbox(sessions, monitor.links(), rtnlQueue);
        this.configurer = new LinkConfigurer(sessions);
        this.features = new EthtoolFeatures(sessions);
        this.returnToHost = new ReturnToHost(sessions, monitor.links(), rtnlQueue, features, hostNetworkManagers);
    }

    /** Over the calling thread's namespace. Reads all links and warms up, so that the first operation finds all loaded. */
    static LinuxNetworkDevices open(NetlinkFailPoint failPoint) {
        Deadline deadline = Deadline.after(START_TIMEOUT);
        LinuxNetworkDevices devices = open(failPoint, deadline);
        try {
            WarmUp.run(devices.sessions, devices.monitor.links(), devices.rtnlQueue, deadline);
            return devices;
        } catch (NetlinkException e) {
            devices.close();
            throw e;
        }
    }

    private static LinuxNetworkDevices open(NetlinkFailPoint failPoint, Deadline deadline) {
        NetlinkSessions sessions = NetlinkSessions.overCallingThread(failPoint);
        try {
            LinkMonitor monitor = new LinkMonitor(sessions, deadline);
            return new LinuxNetworkDevices(sessions, monitor.readOnce(deadline).start());
        } catch (NetlinkException e) {
            sessions.close();
            throw e;
        }
    }

    RtnlCounter counter() {
        return sessions.counter();
    }

    Netns open(Path path) {
        NetnsHandle file = NetnsHandle.open(path);
        if (file.isSame(sessions.hostNamespace())) {
            file.close();
            throw new InvalidRequestException(
                    "network namespace", path.toString(), "this is the agent's own namespace; pass the endpoint's");
        }
        return Sandbox.enter(sessions, file, Deadline.after(OPEN_TIMEOUT));
    }

    List<Device> hostDevices(Deadline deadline) {
        List<LinkMessage> links = monitor.links().reload(deadline);
        features.retain(links);
        return links.stream()
                .flatMap(link ->
                        DeviceMapper.of(link)
                                .map(device -> DeviceMapper.withOffload(device, features.lastOf(link, deadline)))
                                .stream())
                .toList();
    }

    private Optional<Device> lookUp(LinkMessage link, Deadline deadline) {
        Optional<Device> device =
                DeviceMapper.of(link).map(found -> DeviceMapper.withOffload(found, features.of(link, deadline)));
        device.filter(found -> alreadyLookedUp.add(found.identity())).ifPresent(this::warnOfClaims);
        return device;
    }

    /** At the first lookup of a device, before its claims can disturb an endpoint (F17). */
    private void warnOfClaims(Device device) {
        for (String claim : hostNetworkManagers.claimsOn(device.ifindex(), device.name())) {
            LOG.warn("{} ({}) is also managed by: {}", device.name(), device.identity(), claim);
        }
    }

    Optional<Device> find(MacAddress mac, Deadline deadline) {
        return LinkMatcher.find(monitor.links().links(deadline), mac).flatMap(link -> lookUp(link, deadline));
    }

    Optional<Device> find(DeviceBaseline baseline, Deadline deadline) {
        return LinkMatcher.find(monitor.links().links(deadline), baseline).flatMap(link -> lookUp(link, deadline));
    }

    Optional<Device> find(MacAddress mac, Sandbox sandbox, Deadline deadline) {
        return LinkMatcher.find(SandboxLinks.read(sandbox, deadline), mac).flatMap(DeviceMapper::of);
    }

    /** Waits until the device is on the host; empty when the time is up. */
    Optional<Device> await(MacAddress mac, Deadline deadline) {
        return monitor.links()
                .await(links -> LinkMatcher.find(links, mac), deadline)
                .flatMap(link -> lookUp(link, deadline));
    }

    Device moveIn(Device device, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        return moveIntoSandbox.move(device, sandbox, config, deadline);
    }

    void configure(Device device, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        configurer.apply(device, sandbox, config, deadline);
    }

    List<CheckReport.Difference> inspect(MacAddress mac, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
        return sandbox.withSocket(deadline, socket -> LinkInspector.differences(mac, links, socket, config, deadline));
    }

    ReturnReport returnToHost(DeviceBaseline baseline, Optional<Sandbox> sandbox, Deadline deadline) {
        return returnToHost.returnDevice(baseline, sandbox, deadline);
    }

    ReturnReport restoreOnHost(DeviceBaseline baseline, Deadline deadline) {
        return returnToHost.cleanOnHost(baseline, deadline);
    }

    Subscription watch(Consumer<DeviceEvent> listener) {
        return monitor.subscribe(listener);
    }

    @Override
    public void close() {
        monitor.close();
        sessions.close();
    }
}

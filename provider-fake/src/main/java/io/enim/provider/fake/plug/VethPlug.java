// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.plug;

import io.enim.MacAddress;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attached ENIs appear as real veth devices with their MACs. The other ends are in a namespace that emulates the VPC: a
 * bridge with the gateways' addresses, so that ENIs reach each other and the gateway. The namespace outlives the agent, as
 * a cloud does.
 *
 * <p>A veth device is deleted with its namespace where hardware falls back to the host. This plug observes the devices in
 * sandboxes through the far ends, is notified of namespaces that died, and plugs a device in again as the kernel would have
 * returned it: down, by its last name or {@code devN} where that is taken, with the tenant's MAC, MTU and alias, all as of
 * the last observation, some seconds ago at most. A device that was never observed with this tenant is called
 * {@code eth0}, as most tenants call it, and has the ENI's own MAC.
 *
 * <p>The fake cloud has its own plug. For an emulator, make one over the emulator's region, in the host namespace of the
 * agent under test, give it to {@link SimulatedRegion#plug}, and {@link #start} it. Safe for
 * concurrent use.
 */
public final class VethPlug implements SimulatedRegion.DevicePlug {
    private static final Logger LOG = LoggerFactory.getLogger(VethPlug.class);
    private static final String BRIDGE = "vpc";
    private static final MacAddress GATEWAY_MAC = MacAddress.parse("06:00:00:00:00:01");
    private static final String FALLBACK_NAME = "eth0";
    private static final long[] AFTER_DEATH_MILLIS = {10, 40, 150, 600, 2000};
    private static final long RECONCILE_MILLIS = 3000;

    private final NetworkTestbed testbed;
    private final String instanceId;
    private final TestbedNamespace vpc;
    private final Supplier<List<SimulatedEni>> enis;
    private final ScheduledExecutorService scheduler;
    private final NetworkDevices devices;
    /** The devices in sandboxes, by the ENI's MAC, as they were last observed. */
    private final Map<MacAddress, Device> offHost = new ConcurrentHashMap<>();

    private volatile boolean closed;
    private Future<?> reconciling = CompletableFuture.completedFuture(null);
    private NetworkDevices.Subscription watch = () -> {};

    /**
     * Builds the VPC, or takes over the one that is there. Blocks on the kernel.
     *
     * @param vpcName the VPC's namespace
     * @param instanceId the instance whose devices appear in the namespace of the calling thread
     * @param subnet the block whose gateways the VPC's bridge carries
     * @param enis all ENIs of the cloud, without a call to it
     * @param devices notifies of namespaces that died; not closed by this
     * @param scheduler for comparing devices and cloud periodically; not stopped by this
     */
    public VethPlug(
            String vpcName,
            String instanceId,
            Subnet subnet,
            Supplier<List<SimulatedEni>> enis,
            NetworkDevices devices,
            ScheduledExecutorService scheduler) {
        this.testbed = NetworkTestbed.open();
        this.instanceId = instanceId;
        this.enis = enis;
        this.scheduler = scheduler;
        this.vpc = testbed.names().contains(vpcName) ? testbed.open(vpcName) : buildVpc(vpcName, subnet);
        this.devices = devices;
    }

    @Override
    public synchronized void start() {
        watch = devices.watch(this::onEvent);
        reconciling = scheduler.scheduleWithFixedDelay(this::reconcile, 0, RECONCILE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Adds an address to the VPC's router, like a link-local one, unless it has it. Blocks on the kernel. */
    public void addGateway(InetAddress address, int prefixLength) {
        vpc.addAddress(BRIDGE, address, prefixLength);
    }

    private TestbedNamespace buildVpc(String vpcName, Subnet subnet) {
        TestbedNamespace made = testbed.create(vpcName);
        made.addBridge(BRIDGE);
        // Left to itself a bridge takes the lowest MAC of its ports, and the gateway's would change with every plug.
        made.setMac(BRIDGE, GATEWAY_MAC);
        Stream.of(subnet.ipv4(), subnet.ipv6())
                .flatMap(Optional::stream)
                .forEach(block -> made.addAddress(BRIDGE, block.address(1), block.prefixLength()));
        made.setUp(BRIDGE);
        return made;
    }

    @Override
    public void attached(SimulatedEni eni) {
        try {
            plugIn(eni, "eni" + SimulatedRegion.serial(eni.mac()), Optional.empty());
        } catch (NetlinkException e) {
            // The cloud has attached it all the same; the periodic comparison plugs it in.
            LOG.warn("the device of {} did not appear; tried again soon", eni.id(), e);
        }
    }

    @Override
    public void detached(SimulatedEni eni) {
        try {
            unplug(eni);
        } catch (NetlinkException e) {
            LOG.warn("the device of {} is still there; tried again soon", eni.id(), e);
        }
    }

    private synchronized void unplug(SimulatedEni eni) {
        vpc.deleteDevice(farEnd(eni));
    }

    /** Whether it was missing. A device whose far end was made and is not connected yet is connected. */
    private synchronized boolean plugIn(SimulatedEni eni, String preferred, Optional<Device> last) {
        String far = farEnd(eni);
        boolean missing = vpc.device(far).isEmpty();
        if (missing) {
            try (TestbedNamespace host = testbed.host()) {
                String name = freeName(host, preferred);
                vpc.addVeth(VethPair.between(name, far)
                        .withMac(last.map(Device::mac).orElse(eni.mac())));
                last.ifPresent(tenants -> {
                    vpc.setMtu(name, tenants.mtu());
                    tenants.alias().ifPresent(alias -> vpc.setAlias(name, alias));
                });
                // Made beside its far end and moved when it is complete: the host never sees half of it.
                vpc.moveTo(host, name);
            }
        }
        vpc.attach(far, BRIDGE);
        vpc.setUp(far);
        return missing;
    }

    private String freeName(TestbedNamespace host, String preferred) {
        String name = preferred;
        for (int i = 0; host.device(name).isPresent() || vpc.device(name).isPresent(); i++) {
            name = "dev" + i;
        }
        return name;
    }

    /** The far end is named after the part of the MAC that differs between ENIs of one cloud. */
    private static String farEnd(SimulatedEni eni) {
        return "far" + Long.toHexString(SimulatedRegion.serial(eni.mac()));
    }

    private void onEvent(DeviceEvent event) {
        if (event.kind() == DeviceEvent.Kind.ON_HOST) {
            // Changes by the next tenant are not those of this one.
            event.mac().ifPresent(offHost::remove);
        }
        if (event.kind() != DeviceEvent.Kind.NAMESPACE_GONE && event.kind() != DeviceEvent.Kind.EVENTS_LOST) {
            return;
        }
        for (long millis : AFTER_DEATH_MILLIS) {
            try {
                scheduler.schedule(this::reconcile, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("closing; the next agent plugs in the devices that died");
                return;
            }
        }
    }

    /**
     * Plugs in again the devices that died with their namespaces, and unplugs those no longer attached.
     *
     * <p>The cloud may change meanwhile, since its lock is taken before this plug's, never after. So the devices are read
     * before the ENIs, and a device that was plugged in for an ENI detached at that moment is unplugged in the next round.
     */
    void reconcile() {
        if (closed) {
            return;
        }
        try {
            Set<String> present = vpc.devices().stream().map(Device::name).collect(Collectors.toSet());
            for (SimulatedEni eni : enis.get()) {
                boolean isPresent = present.contains(farEnd(eni));
                if (eni.isInUseAt(instanceId)) {
                    if (isPresent) {
                        observe(eni);
                    } else {
                        restoreOnHost(eni);
                    }
                } else {
                    offHost.remove(eni.mac());
                    if (isPresent) {
                        unplug(eni);
                    }
                }
            }
        } catch (NetlinkException | UncheckedIOException e) {
            if (closed) {
                LOG.debug("closed while the devices of the VPC were compared with the cloud", e);
                return;
            }
            LOG.warn("the devices of the VPC could not be compared with the cloud; tried again soon", e);
        }
    }

    /** A device that was moved into a sandbox has an alias; a device on the host has none. */
    private synchronized void observe(SimulatedEni eni) {
        vpc.peer(farEnd(eni)).ifPresent(device -> {
            if (vpc.device(device.name()).filter(device::equals).isPresent()) {
                // An agent died between making it and moving it to the host.
                try (TestbedNamespace host = testbed.host()) {
                    vpc.moveTo(host, device.name());
                }
            } else if (device.alias().isPresent()) {
                offHost.put(eni.mac(), device);
            } else {
                offHost.remove(eni.mac());
            }
        });
    }

    private void restoreOnHost(SimulatedEni eni) {
        Optional<Device> last = Optional.ofNullable(offHost.get(eni.mac()));
        if (plugIn(eni, last.map(Device::name).orElse(FALLBACK_NAME), last)) {
            LOG.info("the device of {} died with its namespace; it returns to the host", eni.id());
        }
        offHost.remove(eni.mac());
    }

    /** The VPC stays as well. */
    @Override
    public synchronized void close() {
        closed = true;
        reconciling.cancel(false);
        watch.close();
        vpc.close();
        testbed.close();
    }
}

package io.enim.provider.fake;

import io.enim.Cidr;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.netlink.VethPair;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.Subnet;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * Attached ENIs appear as real veth devices with their MACs. The other ends lie in a namespace that plays the VPC: a
 * bridge that carries the gateways' addresses, so that ENIs reach each other and the gateway. The namespace outlives the
 * agent, as a cloud does.
 *
 * <p>A veth device dies with its namespace where hardware falls back to the host. This plug hears of namespaces that
 * died, sees whose far end died with them, and plugs the device in again as the kernel would have brought it: down,
 * called {@code eth0} as most tenants call it, or {@code devN} where that is taken. It is an approximation in that the
 * tenant's last name, MAC and MTU are not known here; a veth device has no permanent MAC, so one that came back with a
 * tenant's MAC could not be told to be this ENI.
 */
final class VethPlug implements CloudModel.Plug, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VethPlug.class);
    private static final String BRIDGE = "vpc";
    private static final String FALLEN = "eth0";
    private static final long[] AFTER_DEATH_MILLIS = {10, 40, 150, 600, 2000};
    private static final long SAFETY_NET_MILLIS = 3000;

    private final NetworkStage stage;
    private final String instanceId;
    private final NetworkNamespace vpc;
    private final Supplier<List<ModelEni>> enis;
    private final ScheduledExecutorService scheduler;
    private final Future<?> safetyNet;
    private final NetworkDevices.Subscription watch;

    /**
     * Builds the VPC, or takes over the one that is there.
     *
     * @param vpcName the VPC's namespace
     * @param enis all ENIs of the cloud, without a call to it
     */
    VethPlug(
            String vpcName,
            String instanceId,
            Subnet subnet,
            Supplier<List<ModelEni>> enis,
            NetworkDevices devices,
            ScheduledExecutorService scheduler) {
        this.stage = NetworkStage.open();
        this.instanceId = instanceId;
        this.enis = enis;
        this.scheduler = scheduler;
        this.vpc = stage.names().contains(vpcName) ? stage.open(vpcName) : built(vpcName, subnet);
        this.watch = devices.watch(this::onEvent);
        this.safetyNet =
                scheduler.scheduleWithFixedDelay(this::replugFallen, 0, SAFETY_NET_MILLIS, TimeUnit.MILLISECONDS);
    }

    private NetworkNamespace built(String vpcName, Subnet subnet) {
        NetworkNamespace made = stage.create(vpcName);
        made.addBridge(BRIDGE);
        Stream.of(subnet.ipv4(), subnet.ipv6()).flatMap(Optional::stream).forEach(block -> addGateway(made, block));
        made.setUp(BRIDGE);
        return made;
    }

    private static void addGateway(NetworkNamespace vpc, Cidr block) {
        vpc.addAddress(BRIDGE, block.address(1), block.prefixLength());
    }

    @Override
    public void attached(ModelEni eni, String instance) {
        if (instance.equals(instanceId)) {
            plugIn(eni, "eni" + Long.toString(eni.mac().bits() & 0xffff_ffffL));
        }
    }

    @Override
    public void detached(ModelEni eni, String instance) {
        if (instance.equals(instanceId) && vpc.device(farEnd(eni)).isPresent()) {
            vpc.deleteDevice(farEnd(eni));
        }
    }

    private synchronized void plugIn(ModelEni eni, String wish) {
        String far = farEnd(eni);
        if (vpc.device(far).isEmpty()) {
            try (NetworkNamespace home = stage.home()) {
                home.addVeth(VethPair.between(freeName(home, wish), far)
                        .withMac(eni.mac())
                        .withPeerIn(vpc));
            }
        }
        vpc.attach(far, BRIDGE);
        vpc.setUp(far);
    }

    private static String freeName(NetworkNamespace home, String wish) {
        String name = wish;
        for (int i = 0; home.device(name).isPresent(); i++) {
            name = "dev" + i;
        }
        return name;
    }

    /** The far end is called by the part of the MAC that tells ENIs of one cloud apart. */
    private static String farEnd(ModelEni eni) {
        return "far" + Long.toHexString(eni.mac().bits() & 0xff_ffff_ffffL);
    }

    private void onEvent(DeviceEvent event) {
        if (event.kind() != DeviceEvent.Kind.NAMESPACE_GONE && event.kind() != DeviceEvent.Kind.LOST) {
            return;
        }
        for (long millis : AFTER_DEATH_MILLIS) {
            try {
                scheduler.schedule(this::replugFallen, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("closing; the next agent plugs in what fell");
                return;
            }
        }
    }

    /** Plugs in again what died with its namespace. */
    private void replugFallen() {
        try {
            Set<String> there = vpc.devices().stream().map(Device::name).collect(Collectors.toSet());
            for (ModelEni eni : enis.get()) {
                boolean here = eni.state() == ModelEni.State.IN_USE
                        && eni.attachment()
                                .filter(at -> at.instanceId().equals(instanceId))
                                .isPresent();
                if (here && !there.contains(farEnd(eni))) {
                    LOG.info("the device of {} died with its namespace; it falls back home", eni.id());
                    plugIn(eni, FALLEN);
                }
            }
        } catch (NetlinkException e) {
            LOG.warn("the devices of the VPC could not be looked at; tried again soon", e);
        }
    }

    /** Stops watching; the VPC and its devices stay. */
    @Override
    public void close() {
        safetyNet.cancel(false);
        watch.close();
        vpc.close();
        stage.close();
    }
}

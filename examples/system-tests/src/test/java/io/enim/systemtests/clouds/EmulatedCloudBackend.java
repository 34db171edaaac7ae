package io.enim.systemtests.clouds;

import io.enim.Cidr;
import io.enim.IpLiteral;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.BceMetadataEmulator;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.ImdsEmulator;
import io.enim.examples.demo.Await;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.provider.fake.plug.VethPlug;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.NetworkDevices;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cloud that speaks its real wire, in this process: API, metadata service, and the devices of what is attached. It
 * outlives the agents, and so do their requests that were under way.
 */
final class EmulatedCloudBackend implements CloudBackend {
    private static final int MOST = 8;
    private static final Duration LATENCY = Duration.ofMillis(150);

    /** The router of every VPC of AWS, besides the first address of each subnet. */
    private static final InetAddress ROUTER = Cidr.parseAddress("fe80:ec2::1");

    private final SimulatedRegion model = new SimulatedRegion(Clock.systemUTC());
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final VethPlug plug;
    private final List<Runnable> closing = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    /** Calls of agents that are dead by now. */
    private int pausedBefore;

    private EmulatedCloudBackend(String instanceId, String zone, String subnetId) {
        Subnet subnet = new Subnet(
                subnetId, zone, Optional.of(Cidr.parse("10.81.0.0/24")), Optional.of(Cidr.parse("fd81::/64")));
        model.addSubnet(subnet)
                .addInstance(new Instance(instanceId, zone, MOST))
                .latencies(new Latencies(LATENCY, LATENCY, LATENCY));
        plug = new VethPlug("vpc-" + instanceId, instanceId, subnet, model::enis, devices, scheduler);
        model.plug(instanceId, plug);
        plug.start();
    }

    /** EC2 and the instance metadata service; keys from the environment, as the SDK's default chain finds them. */
    static EmulatedCloudBackend aws() {
        String instance = "i-0a1b2c3d";
        String zone = Ec2Emulator.REGION + "a";
        EmulatedCloudBackend cloud = new EmulatedCloudBackend(instance, zone, "subnet-1");
        cloud.plug.addGateway(ROUTER, 64);
        Ec2Emulator ec2 = new Ec2Emulator(cloud.model);
        ImdsEmulator imds = new ImdsEmulator(Map.of(
                "instance-id", instance,
                "placement/region", Ec2Emulator.REGION,
                "placement/availability-zone", zone));
        cloud.closing.addAll(List.of(ec2::close, imds::close));
        cloud.settings.put("enim.provider.aws.endpoint", ec2.endpoint().toString());
        cloud.settings.put("enim.provider.aws.imds-endpoint", imds.endpoint().toString());
        cloud.environment.put("AWS_ACCESS_KEY_ID", Ec2Emulator.ACCESS_KEY_ID);
        cloud.environment.put("AWS_SECRET_ACCESS_KEY", Ec2Emulator.SECRET);
        return cloud;
    }

    /** Baidu's API and metadata service; keys from the environment. */
    static EmulatedCloudBackend bce() {
        String instance = "i-emulated";
        String subnet = "sbn-1";
        EmulatedCloudBackend cloud = new EmulatedCloudBackend(instance, "cn-bj-a", subnet);
        BceEmulator api = new BceEmulator(cloud.model);
        Map<String, String> facts =
                Map.of("instance-shortid", instance, "vpc-id", BceEmulator.VPC, "azone", "zoneA", "subnet-id", subnet);
        BceMetadataEmulator metadata = new BceMetadataEmulator(cloud.model, instance, facts);
        cloud.closing.addAll(List.of(api::close, metadata::close));
        cloud.settings.put("enim.provider.bce.security-groups", "g-1");
        cloud.settings.put("enim.provider.bce.endpoint", api.endpoint().toString());
        cloud.settings.put(
                "enim.provider.bce.metadata-endpoint", metadata.endpoint().toString());
        cloud.environment.put("BCE_ACCESS_KEY_ID", BceEmulator.ACCESS_KEY_ID);
        cloud.environment.put("BCE_SECRET_ACCESS_KEY", BceEmulator.SECRET);
        return cloud;
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public List<ActualEni> enis() {
        return model.enis().stream().map(EmulatedCloudBackend::actualEni).toList();
    }

    private static ActualEni actualEni(SimulatedEni eni) {
        Set<String> addresses = Stream.concat(eni.ipv4().stream(), eni.ipv6().stream())
                .map(at -> IpLiteral.format(at.address()))
                .collect(Collectors.toSet());
        return new ActualEni(eni.id(), eni.mac(), eni.state(), addresses);
    }

    @Override
    public long createdCount() {
        return model.made();
    }

    @Override
    public Set<PausePoint> pausePoints() {
        return Set.of(PausePoint.values());
    }

    @Override
    public void pauseAt(PausePoint pausePoint) {
        pausedBefore = model.faults().hanging();
        switch (pausePoint) {
            case BEFORE_ATTACH -> model.faults().next(ApiCall.ATTACH, Kind.HANG);
            case CREATED_UNHEARD -> model.faults().next(ApiCall.CREATE, Kind.HANG_ANSWER);
        }
    }

    @Override
    public boolean isPaused() {
        return model.faults().hanging() > pausedBefore;
    }

    @Override
    public void resumeCalls() {
        model.faults().release();
        Await.until("the requests of dead agents end", () -> model.faults().hanging() == 0);
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        model.faults().release();
        scheduler.shutdownNow();
        plug.close();
        devices.close();
    }
}

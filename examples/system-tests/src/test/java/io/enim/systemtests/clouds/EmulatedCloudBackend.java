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
abstract class EmulatedCloudBackend implements CloudBackend {
    private static final int MOST = 8;
    private static final Duration LATENCY = Duration.ofMillis(150);

    final SimulatedRegion model = new SimulatedRegion(Clock.systemUTC());
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    final VethPlug plug;

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
    static final class Aws extends EmulatedCloudBackend {
        private static final String INSTANCE = "i-0a1b2c3d";
        private static final String ZONE = Ec2Emulator.REGION + "a";

        /** The router of every VPC, besides the first address of each subnet. */
        private static final InetAddress ROUTER = Cidr.parseAddress("fe80:ec2::1");

        private final Ec2Emulator ec2;
        private final ImdsEmulator imds;

        Aws() {
            super(INSTANCE, ZONE, "subnet-1");
            plug.addGateway(ROUTER, 64);
            ec2 = new Ec2Emulator(model);
            imds = new ImdsEmulator(Map.of(
                    "instance-id", INSTANCE,
                    "placement/region", Ec2Emulator.REGION,
                    "placement/availability-zone", ZONE));
        }

        @Override
        public Map<String, String> settings() {
            return Map.of(
                    "enim.provider.aws.endpoint", ec2.endpoint().toString(),
                    "enim.provider.aws.imds-endpoint", imds.endpoint().toString());
        }

        @Override
        public Map<String, String> environment() {
            return Map.of("AWS_ACCESS_KEY_ID", Ec2Emulator.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY", Ec2Emulator.SECRET);
        }

        @Override
        public void close() {
            ec2.close();
            imds.close();
            super.close();
        }
    }

    /** Baidu's API and metadata service; keys from the environment. */
    static final class Bce extends EmulatedCloudBackend {
        private static final String INSTANCE = "i-emulated";
        private static final String SUBNET = "sbn-1";

        private final BceEmulator api;
        private final BceMetadataEmulator metadata;

        Bce() {
            super(INSTANCE, "cn-bj-a", SUBNET);
            api = new BceEmulator(model);
            metadata = new BceMetadataEmulator(
                    model,
                    INSTANCE,
                    Map.of(
                            "instance-shortid",
                            INSTANCE,
                            "vpc-id",
                            BceEmulator.VPC,
                            "azone",
                            "zoneA",
                            "subnet-id",
                            SUBNET));
        }

        @Override
        public Map<String, String> settings() {
            return Map.of(
                    "enim.provider.bce.security-groups", "g-1",
                    "enim.provider.bce.endpoint", api.endpoint().toString(),
                    "enim.provider.bce.metadata-endpoint", metadata.endpoint().toString());
        }

        @Override
        public Map<String, String> environment() {
            return Map.of("BCE_ACCESS_KEY_ID", BceEmulator.ACCESS_KEY_ID, "BCE_SECRET_ACCESS_KEY", BceEmulator.SECRET);
        }

        @Override
        public void close() {
            api.close();
            metadata.close();
            super.close();
        }
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
        switch (pausePoint) {
            case BEFORE_ATTACH -> model.faults().next(ApiCall.ATTACH, Kind.HANG);
            case CREATED_UNHEARD -> model.faults().next(ApiCall.CREATE, Kind.HANG_ANSWER);
        }
    }

    @Override
    public boolean isPaused() {
        return model.faults().hanging() > 0;
    }

    @Override
    public void resumeCalls() {
        model.faults().release();
        Await.until("the requests of dead agents end", () -> model.faults().hanging() == 0);
    }

    @Override
    public void close() {
        model.faults().release();
        scheduler.shutdownNow();
        plug.close();
        devices.close();
    }
}

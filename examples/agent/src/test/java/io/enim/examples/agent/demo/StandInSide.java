package io.enim.examples.agent.demo;

import io.enim.Cidr;
import io.enim.IpLiteral;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.provider.fake.VethPlug;
import io.enim.provider.fake.bce.BceMetadataStandIn;
import io.enim.provider.fake.bce.BceStandIn;
import io.enim.provider.fake.ec2.Ec2StandIn;
import io.enim.provider.fake.ec2.ImdsStandIn;
import io.enim.provider.fake.model.Call;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.Latencies;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.Subnet;
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
abstract class StandInSide implements CloudSide {
    private static final int MOST = 8;
    private static final Duration LATENCY = Duration.ofMillis(150);

    final CloudModel model = new CloudModel(Clock.systemUTC());
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    final VethPlug plug;

    private StandInSide(String instanceId, String zone, String subnetId) {
        Subnet subnet = new Subnet(
                subnetId, zone, Optional.of(Cidr.parse("10.81.0.0/24")), Optional.of(Cidr.parse("fd81::/64")));
        model.addSubnet(subnet)
                .addInstance(new Instance(instanceId, zone, MOST))
                .latencies(new Latencies(LATENCY, LATENCY, LATENCY));
        plug = new VethPlug("vpc-" + instanceId, instanceId, subnet, model::enis, devices, scheduler);
        model.plug(plug);
        plug.start();
    }

    /** EC2 and the instance metadata service; keys from the environment, as the SDK's default chain finds them. */
    static final class Aws extends StandInSide {
        private static final String INSTANCE = "i-0a1b2c3d";
        private static final String ZONE = Ec2StandIn.REGION + "a";

        /** The router of every VPC, besides the first address of each subnet. */
        private static final InetAddress ROUTER = Cidr.parseAddress("fe80:ec2::1");

        private final Ec2StandIn ec2;
        private final ImdsStandIn imds;

        Aws() {
            super(INSTANCE, ZONE, "subnet-1");
            plug.addGateway(ROUTER, 64);
            ec2 = new Ec2StandIn(model);
            imds = new ImdsStandIn(Map.of(
                    "instance-id", INSTANCE,
                    "placement/region", Ec2StandIn.REGION,
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
            return Map.of("AWS_ACCESS_KEY_ID", Ec2StandIn.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY", Ec2StandIn.SECRET);
        }

        @Override
        public void close() {
            ec2.close();
            imds.close();
            super.close();
        }
    }

    /** Baidu's API and metadata service; keys from the environment. */
    static final class Bce extends StandInSide {
        private static final String INSTANCE = "i-standin";
        private static final String SUBNET = "sbn-1";

        private final BceStandIn api;
        private final BceMetadataStandIn metadata;

        Bce() {
            super(INSTANCE, "cn-bj-a", SUBNET);
            api = new BceStandIn(model);
            metadata = new BceMetadataStandIn(
                    model,
                    INSTANCE,
                    Map.of(
                            "instance-shortid",
                            INSTANCE,
                            "vpc-id",
                            BceStandIn.VPC,
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
            return Map.of("BCE_ACCESS_KEY_ID", BceStandIn.ACCESS_KEY_ID, "BCE_SECRET_ACCESS_KEY", BceStandIn.SECRET);
        }

        @Override
        public void close() {
            api.close();
            metadata.close();
            super.close();
        }
    }

    @Override
    public List<Truth> enis() {
        return model.enis().stream().map(StandInSide::truth).toList();
    }

    private static Truth truth(ModelEni eni) {
        Set<String> addresses = Stream.concat(eni.ipv4().stream(), eni.ipv6().stream())
                .map(at -> IpLiteral.format(at.address()))
                .collect(Collectors.toSet());
        return new Truth(eni.id(), eni.mac(), eni.state(), addresses);
    }

    @Override
    public long made() {
        return model.made();
    }

    @Override
    public Set<Moment> moments() {
        return Set.of(Moment.values());
    }

    @Override
    public void holdUp(Moment moment) {
        switch (moment) {
            case BEFORE_ATTACH -> model.faults().next(Call.ATTACH, Kind.HANG);
            case CREATED_UNHEARD -> model.faults().next(Call.CREATE, Kind.HANG_ANSWER);
        }
    }

    @Override
    public boolean isHeldUp() {
        return model.faults().hanging() > 0;
    }

    @Override
    public void letGo() {
        model.faults().release();
        Patience.until("the requests of dead agents end", () -> model.faults().hanging() == 0);
    }

    @Override
    public void close() {
        model.faults().release();
        scheduler.shutdownNow();
        plug.close();
        devices.close();
    }
}

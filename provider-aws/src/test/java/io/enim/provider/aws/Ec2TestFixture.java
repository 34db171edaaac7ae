package io.enim.provider.aws;

import io.enim.Cidr;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** A stand-in for EC2 and adapters on it. Its time stands still unless it is told to pass. */
final class Ec2TestFixture implements AutoCloseable {
    static final String INSTANCE = "i-0a1b2c3d";
    static final String ZONE = "us-east-1a";
    static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock);
    final Ec2Emulator ec2;
    private final String firstSubnet;
    private final List<EniCloud> open = new ArrayList<>();
    private int tokens;

    /** An instance that takes so many interfaces, its own included. */
    Ec2TestFixture(int interfaces, Subnet... subnets) {
        model.addInstance(new Instance(INSTANCE, ZONE, interfaces - 1));
        List.of(subnets).forEach(model::addSubnet);
        firstSubnet = subnets[0].id();
        ec2 = new Ec2Emulator(model);
    }

    /** Four interfaces, of which one is the instance's own, and one subnet with both families. */
    static Ec2TestFixture small() {
        return new Ec2TestFixture(4, subnet("subnet-1", ZONE, "10.0.1.0/24", "2001:db8:1::/64"));
    }

    static Subnet subnet(String id, String zone, String ipv4) {
        return new Subnet(id, zone, Optional.of(Cidr.parse(ipv4)), Optional.empty());
    }

    static Subnet subnet(String id, String zone, String ipv4, String ipv6) {
        return new Subnet(id, zone, Optional.of(Cidr.parse(ipv4)), Optional.of(Cidr.parse(ipv6)));
    }

    EniCloud cloud() {
        return cloud(Map.of());
    }

    /** An adapter, as a process that starts makes it. */
    EniCloud cloud(Map<String, String> more) {
        return cloud(more, OWNER_TAG, Ec2Emulator.SECRET);
    }

    EniCloud cloud(Map<String, String> more, OwnerTag ownerTag, String secret) {
        return cloud(more, ownerTag, credentials(secret));
    }

    private static AwsCredentialsProvider credentials(String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(Ec2Emulator.ACCESS_KEY_ID, secret));
    }

    /** Settings that name the instance, so that no metadata is needed, and the stand-in. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "instance-id",
                INSTANCE,
                "region",
                Ec2Emulator.REGION,
                "zone",
                ZONE,
                "endpoint",
                ec2.endpoint().toString()));
        settings.putAll(more);
        return settings;
    }

    EniCloud cloud(Map<String, String> more, OwnerTag ownerTag, AwsCredentialsProvider credentials) {
        EniCloud cloud = AwsCloudFactory.open(AwsSettings.parse(settings(more)), credentials, ownerTag, clock);
        open.add(cloud);
        return cloud;
    }

    CreateRequest request() {
        tokens++;
        return new CreateRequest("token-" + tokens, OWNER_TAG);
    }

    CloudEni attached(EniCloud cloud) {
        CloudEni eni = cloud.create(request());
        cloud.attach(eni.id(), new AttachRequest("attach-" + tokens));
        return eni;
    }

    /** What the cloud really has under this id. */
    SimulatedEni simulatedEni(String id) {
        return model.enis().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " does not exist; there are " + model.enis()));
    }

    /** What EC2 itself says of an interface. */
    NetworkInterface described(String id) {
        try (Ec2Connection connection = new Ec2Connection(
                AwsSettings.parse(settings(Map.of())), Ec2Emulator.REGION, credentials(Ec2Emulator.SECRET))) {
            return connection
                    .calls()
                    .interfaces(id, List.of(Ec2Calls.where("network-interface-id", List.of(id))))
                    .get(0);
        }
    }

    /** Takes addresses of a subnet, by interfaces that somebody else made. */
    List<String> takeAddresses(String subnetId, int addresses) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < addresses; i++) {
            tokens++;
            made.add(model.create("foreign-" + tokens, subnetId, Map.of()).id());
        }
        return made;
    }

    /** Attaches an interface that somebody else made. */
    String attachForeign(int index) {
        String id = takeAddresses(firstSubnet, 1).get(0);
        model.attach(id, INSTANCE, index);
        return id;
    }

    /** The interface the instance was born with. */
    String primaryInterface() {
        try (Ec2Connection connection = new Ec2Connection(
                AwsSettings.parse(settings(Map.of())), Ec2Emulator.REGION, credentials(Ec2Emulator.SECRET))) {
            return connection
                    .calls()
                    .interfaces(INSTANCE, List.of(Ec2Calls.where("attachment.instance-id", List.of(INSTANCE))))
                    .stream()
                    .filter(each -> each.attachment().deviceIndex() == 0)
                    .findFirst()
                    .orElseThrow()
                    .networkInterfaceId();
        }
    }

    void timing(Duration latency, Duration visibleAfter) {
        model.latencies(new Latencies(visibleAfter, latency, latency));
    }

    /** The requests since a count was taken. */
    List<String> requestsSince(int count) {
        List<String> all = ec2.requests();
        return all.subList(count, all.size());
    }

    void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public void close() {
        open.forEach(EniCloud::close);
        model.faults().release();
        ec2.close();
    }
}

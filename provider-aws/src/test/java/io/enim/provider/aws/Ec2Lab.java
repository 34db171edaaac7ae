package io.enim.provider.aws;

import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.fake.ec2.Ec2Instance;
import io.enim.provider.fake.ec2.Ec2Interface;
import io.enim.provider.fake.ec2.Ec2StandIn;
import io.enim.provider.fake.ec2.Ec2Subnet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A stand-in for EC2 and adapters on it. Its time stands still unless it is told to pass. */
final class Ec2Lab implements AutoCloseable {
    static final String INSTANCE = "i-0a1b2c3d";
    static final String ZONE = "us-east-1a";
    static final Mark MARK = new Mark("prod", "node-7");

    final ManualClock clock = new ManualClock();
    final Ec2StandIn ec2;
    private final List<EniCloud> open = new ArrayList<>();
    private int tokens;

    Ec2Lab(int interfaces, Ec2Subnet... subnets) {
        ec2 = new Ec2StandIn(Ec2Instance.of(INSTANCE, ZONE, interfaces), List.of(subnets), clock);
    }

    /** Four interfaces, of which one is the instance's own, and one subnet with both families. */
    static Ec2Lab small() {
        return new Ec2Lab(4, Ec2Subnet.of("subnet-1", ZONE, "10.0.1.0/24").withIpv6("2001:db8:1::/64"));
    }

    EniCloud cloud() {
        return cloud(Map.of());
    }

    /** An adapter, as a process that starts makes it. */
    EniCloud cloud(Map<String, String> more) {
        return cloud(more, MARK, Ec2StandIn.SECRET);
    }

    EniCloud cloud(Map<String, String> more, Mark mark, String secret) {
        return cloud(
                more,
                mark,
                StaticCredentialsProvider.create(AwsBasicCredentials.create(Ec2StandIn.ACCESS_KEY_ID, secret)));
    }

    EniCloud cloud(Map<String, String> more, Mark mark, AwsCredentialsProvider credentials) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "instance-id",
                INSTANCE,
                "region",
                Ec2StandIn.REGION,
                "zone",
                ZONE,
                "endpoint",
                ec2.endpoint().toString()));
        settings.putAll(more);
        EniCloud cloud = AwsClouds.open(AwsSettings.parse(settings), credentials, mark, clock);
        open.add(cloud);
        return cloud;
    }

    CreateRequest request() {
        tokens++;
        return new CreateRequest("token-" + tokens, MARK);
    }

    CloudEni attached(EniCloud cloud) {
        CloudEni eni = cloud.create(request());
        cloud.attach(eni.id(), new AttachRequest("attach-" + tokens));
        return eni;
    }

    /** What the cloud really has under this id. */
    Ec2Interface truth(String id) {
        return ec2.interfaces().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " does not exist; there are " + ec2.interfaces()));
    }

    /** The requests since a count was taken. */
    List<String> requestsSince(int count) {
        List<String> all = ec2.requests();
        return all.subList(count, all.size());
    }

    void pass(Duration time) {
        clock.pass(time);
    }

    @Override
    public void close() {
        open.forEach(EniCloud::close);
        ec2.close();
    }
}

package io.enim.provider.bce;

import io.enim.Cidr;
import io.enim.emulator.bce.BceEmulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.Instance;
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

/** A stand-in for BCE and adapters on it. Its time stands still unless it is told to pass. */
final class BceTestFixture implements AutoCloseable {
    static final String INSTANCE = "i-emulated";
    static final String ZONE = "cn-bj-a";
    static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock);
    final BceEmulator bce;
    private final List<EniCloud> open = new ArrayList<>();
    private int tokens;

    BceTestFixture(int maxEnis, Subnet... subnets) {
        this("", maxEnis, subnets);
    }

    BceTestFixture(String sessionToken, int maxEnis, Subnet... subnets) {
        List.of(subnets).forEach(model::addSubnet);
        model.addInstance(new Instance(INSTANCE, ZONE, maxEnis));
        bce = new BceEmulator(model, sessionToken);
    }

    /** Three ENIs may be attached; one subnet with both families. */
    static BceTestFixture small() {
        return new BceTestFixture(3, subnet("sbn-1", ZONE, "10.0.1.0/24", "2001:db8:1::/64"));
    }

    static Subnet subnet(String id, String zone, String ipv4, String ipv6) {
        return new Subnet(
                id,
                zone,
                Optional.of(Cidr.parse(ipv4)),
                Optional.of(ipv6).filter(text -> !text.isEmpty()).map(Cidr::parse));
    }

    /** Settings with which no metadata service is needed. */
    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "instance-id",
                INSTANCE,
                "vpc-id",
                BceEmulator.VPC,
                "zone",
                "zoneA",
                "subnets",
                "sbn-1",
                "security-groups",
                "g-1",
                "metadata",
                "off",
                "endpoint",
                bce.endpoint().toString(),
                "access-key-id",
                BceEmulator.ACCESS_KEY_ID,
                "secret-access-key",
                BceEmulator.SECRET));
        settings.putAll(more);
        settings.values().removeIf(String::isEmpty);
        return settings;
    }

    EniCloud cloud() {
        return cloud(Map.of());
    }

    EniCloud cloud(Map<String, String> more) {
        return cloud(more, OWNER_TAG);
    }

    EniCloud cloud(Map<String, String> more, OwnerTag ownerTag) {
        EniCloud cloud = BceCloudFactory.open(settings(more), Map.of(), ownerTag, clock);
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

    /** An ENI that somebody else made and attached here. */
    SimulatedEni foreign(String name, String trafficMode) {
        SimulatedEni made = model.create(
                "foreign-" + name, "sbn-1", Map.of("name", name, "networkInterfaceTrafficMode", trafficMode));
        model.attach(made.id(), INSTANCE, -1);
        return made;
    }

    /** What the cloud really has under this id. */
    SimulatedEni simulatedEni(String id) {
        return model.enis().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " does not exist; there are " + model.enis()));
    }

    /** Method and path of the requests since a count was taken. */
    List<String> requestsSince(int count) {
        List<String> all = bce.requests();
        return all.subList(count, all.size());
    }

    void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public void close() {
        open.forEach(EniCloud::close);
        model.faults().release();
        bce.close();
    }
}

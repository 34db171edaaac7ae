package io.enim.provider.aws;

import io.enim.Cidr;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderSettings;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.CloudFixture;
import io.enim.provider.tck.FaultInjector;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** An emulator of EC2 and adapters on it. */
final class Ec2TestFixture implements CloudFixture {
    static final String INSTANCE = "i-0a1b2c3d";
    static final String ZONE = "us-east-1a";
    static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock);
    final Ec2Emulator ec2;
    private final String firstSubnet;
    private final Map<String, String> defaults = new HashMap<>();
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

    /** A setting of every adapter from now on. */
    Ec2TestFixture with(String key, String value) {
        defaults.put(key, value);
        return this;
    }

    EniCloud cloud() {
        return cloud(Map.of());
    }

    @Override
    public EniCloud cloud(Duration callTimeout) {
        return cloud(Map.of("call-timeout", callTimeout.toMillis() + "ms"));
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

    /** Settings that name the instance, so that no metadata is needed, and the emulator. */
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
        settings.putAll(defaults);
        settings.putAll(more);
        return settings;
    }

    private AwsSettings read(Map<String, String> more) {
        return AwsSettings.read(new ProviderSettings("aws", settings(more), AwsSettings.KEYS));
    }

    EniCloud cloud(Map<String, String> more, OwnerTag ownerTag, AwsCredentialsProvider credentials) {
        EniCloud cloud = AwsCloudFactory.open(read(more), credentials, ownerTag, clock);
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

    /** What EC2 itself says of the interfaces that a filter takes. */
    private List<NetworkInterface> described(String filter, String value) {
        try (Ec2Connection connection =
                new Ec2Connection(read(Map.of()), Ec2Emulator.REGION, credentials(Ec2Emulator.SECRET))) {
            return connection.calls().interfaces(value, List.of(Ec2Calls.where(filter, List.of(value))));
        }
    }

    NetworkInterface described(String id) {
        return described("network-interface-id", id).get(0);
    }

    /** Takes addresses of a subnet, by interfaces that another party made. */
    List<String> takeAddresses(String subnetId, int addresses) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < addresses; i++) {
            tokens++;
            made.add(model.create("foreign-" + tokens, subnetId, Map.of()).id());
        }
        return made;
    }

    /** Attaches an interface that another party made. */
    String attachForeign(int index) {
        String id = takeAddresses(firstSubnet, 1).get(0);
        model.attach(id, INSTANCE, index);
        return id;
    }

    /** The interface that the instance began with. */
    String primaryInterface() {
        return described("attachment.instance-id", INSTANCE).stream()
                .filter(each -> each.attachment().deviceIndex() == 0)
                .findFirst()
                .orElseThrow()
                .networkInterfaceId();
    }

    void timing(Duration latency, Duration visibleAfter) {
        model.latencies(new Latencies(visibleAfter, latency, latency));
    }

    /** The requests since a count was taken. */
    List<String> requestsSince(int count) {
        List<String> all = ec2.requests();
        return all.subList(count, all.size());
    }

    @Override
    public OwnerTag ownerTag() {
        return OWNER_TAG;
    }

    @Override
    public String instanceId() {
        return INSTANCE;
    }

    @Override
    public List<String> requests() {
        return ec2.requests();
    }

    private static String action(String method) {
        return method.equals("describe")
                ? "DescribeNetworkInterfaces"
                : method.substring(0, 1).toUpperCase(Locale.ROOT) + method.substring(1) + "NetworkInterface";
    }

    @Override
    public boolean isRequestOf(String method, String request) {
        return request.equals(action(method));
    }

    @Override
    public List<String> tokens() {
        return model.enis().stream()
                .map(eni -> eni.tags().getOrDefault("enim:token", eni.id() + " without token"))
                .toList();
    }

    @Override
    public FaultInjector faults() {
        return FaultInjector.of(
                (method, fault) -> model.faults()
                        .next(ApiCall.valueOf(method.toUpperCase(Locale.ROOT)), Kind.valueOf(fault.name())),
                () -> model.faults().hanging() > 0,
                model.faults()::release);
    }

    private Map<String, FaultInjector> injectors(Set<WireFault> faults) {
        return faults.stream()
                .collect(Collectors.toMap(
                        WireFault::name,
                        each -> FaultInjector.of(
                                (method, fault) -> ec2.injectNext(action(method), each), () -> false, () -> {})));
    }

    @Override
    public Map<String, FaultInjector> losses(String method) {
        return injectors(EnumSet.complementOf(EnumSet.of(WireFault.NONE, WireFault.SILENT)));
    }

    @Override
    public Map<String, FaultInjector> silences() {
        return injectors(EnumSet.of(WireFault.SILENT));
    }

    @Override
    public void storm(long seed) {
        timing(Duration.ofSeconds(2), Duration.ofSeconds(1));
        model.faults().random(seed, 0.1, 0.1, 0.1);
        ec2.injectRandomly(
                seed,
                0.2,
                WireFault.LOST_BEFORE,
                WireFault.LOST_AFTER,
                WireFault.PAGE_BEFORE,
                WireFault.PAGE_AFTER,
                WireFault.LOGIN_PAGE,
                WireFault.CUT_SHORT,
                WireFault.EMPTY);
    }

    @Override
    public void stormOfLostAnswers(long seed) {
        ec2.injectRandomly(seed, 0.35, WireFault.LOST_BEFORE, WireFault.LOST_AFTER, WireFault.CUT_SHORT);
    }

    @Override
    public List<String> threadNames() {
        return List.of("enim-aws", "sdk-");
    }

    @Override
    public void stopEmulator() {
        ec2.close();
    }

    @Override
    public void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public void close() {
        open.forEach(EniCloud::close);
        model.faults().release();
        ec2.close();
    }
}

package io.enim.provider.aws;

import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.WireFault;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderSettings;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.FaultInjector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** An emulator of EC2 and adapters on it. */
final class Ec2TestFixture extends AdapterFixture {
    static final String INSTANCE = "i-0a1b2c3d";
    static final String ZONE = "us-east-1a";

    final Ec2Emulator ec2;
    private final String firstSubnet;
    private int foreign;

    /** An instance that takes so many ENIs besides its own, set so that no metadata is needed. */
    Ec2TestFixture(int enis, Subnet... subnets) {
        super(new Instance(INSTANCE, ZONE, enis), subnets);
        firstSubnet = subnets[0].id();
        ec2 = new Ec2Emulator(model);
        with("instance-id", INSTANCE).with("region", Ec2Emulator.REGION).with("zone", ZONE);
        with("endpoint", ec2.endpoint().toString());
    }

    /** Three ENIs besides the instance's own, and one subnet with both families. */
    static Ec2TestFixture small() {
        return new Ec2TestFixture(3, subnet("subnet-1", ZONE, "10.0.1.0/24", "2001:db8:1::/64"));
    }

    @Override
    protected HttpEmulator emulator() {
        return ec2;
    }

    @Override
    protected EniCloud open(Map<String, String> all, OwnerTag ownerTag) {
        return AwsCloud.open(read(all), credentials(Ec2Emulator.SECRET), ownerTag, clock);
    }

    EniCloud cloud(AwsCredentialsProvider credentials) {
        return closeLater(AwsCloud.open(read(settings(Map.of())), credentials, OWNER_TAG, clock));
    }

    static AwsCredentialsProvider credentials(String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(Ec2Emulator.ACCESS_KEY_ID, secret));
    }

    static AwsSettings read(Map<String, String> all) {
        return AwsSettings.read(new ProviderSettings("aws", all, AwsSettings.KEYS));
    }

    /** What EC2 itself says of the interfaces that a filter takes. */
    private List<NetworkInterface> described(String filter, String value) {
        AwsSettings settings = read(settings(Map.of()));
        try (Ec2Connection connection =
                new Ec2Connection(settings, Ec2Emulator.REGION, credentials(Ec2Emulator.SECRET))) {
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
            foreign++;
            made.add(model.create("foreign-" + foreign, subnetId, Map.of()).id());
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

    private Map<String, FaultInjector> injectors(Set<WireFault> faults) {
        return faults.stream()
                .collect(Collectors.toMap(
                        WireFault::name, each -> injector(method -> ec2.injectNext(action(method), each))));
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
        timing(Duration.ofSeconds(2), SECOND);
        model.faults().random(seed, 0.1, 0.1, 0.1);
        Set<WireFault> faults = EnumSet.complementOf(EnumSet.of(WireFault.NONE, WireFault.SILENT));
        ec2.injectRandomly(seed, 0.2, faults.toArray(WireFault[]::new));
    }

    @Override
    public void stormOfLostAnswers(long seed) {
        ec2.injectRandomly(seed, 0.35, WireFault.LOST_BEFORE, WireFault.LOST_AFTER, WireFault.CUT_SHORT);
    }

    @Override
    public List<String> threadNames() {
        return List.of("enim-aws", "sdk-");
    }
}

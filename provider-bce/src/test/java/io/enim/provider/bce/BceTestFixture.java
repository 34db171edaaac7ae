package io.enim.provider.bce;

import io.enim.Cidr;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.CallFailure;
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

/** An emulator of BCE and adapters on it. */
final class BceTestFixture implements CloudFixture {
    static final String INSTANCE = "i-emulated";
    static final String ZONE = "cn-bj-a";
    static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock);
    final BceEmulator bce;
    private final Map<String, String> defaults = new HashMap<>();
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
        settings.putAll(defaults);
        settings.putAll(more);
        settings.values().removeIf(String::isEmpty);
        return settings;
    }

    /** A setting of every adapter from now on. */
    BceTestFixture with(String key, String value) {
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

    EniCloud cloud(Map<String, String> more) {
        return cloud(more, OWNER_TAG);
    }

    EniCloud cloud(Map<String, String> more, OwnerTag ownerTag) {
        EniCloud cloud = BceCloudFactory.open(
                new ProviderSettings("bce", settings(more), BceSettings.KEYS), Map.of(), ownerTag, clock);
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

    /** An ENI that another party made and attached here. */
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
        return bce.requests();
    }

    @Override
    public boolean isRequestOf(String method, String request) {
        return switch (method) {
            case "create" -> request.startsWith("POST");
            case "delete" -> request.startsWith("DELETE");
            case "describe" -> request.startsWith("GET /v1/eni?");
            default -> request.startsWith("PUT") && request.matches(".*[?&]" + method + "(&.*|$)");
        };
    }

    @Override
    public List<String> tokens() {
        return model.enis().stream().map(eni -> eni.tags().get("name")).toList();
    }

    @Override
    public FaultInjector faults() {
        return FaultInjector.of(
                (method, fault) -> next(method, Kind.valueOf(fault.name())),
                () -> model.faults().hanging() > 0,
                model.faults()::release);
    }

    private void next(String method, Kind kind) {
        model.faults().next(ApiCall.valueOf(method.toUpperCase(Locale.ROOT)), kind);
    }

    private FaultInjector losing(AnswerLoss loss) {
        return FaultInjector.of(
                (method, fault) -> {
                    bce.loseAnswersBy(loss);
                    next(method, Kind.LOSE_ANSWER);
                },
                () -> false,
                () -> {});
    }

    private FaultInjector failing(CallFailure failure) {
        return FaultInjector.of(
                (method, fault) -> {
                    bce.failCallsBy(failure);
                    next(method, Kind.FAIL);
                },
                () -> false,
                () -> {});
    }

    /** Answers to some changes are empty anyhow, and a page in their place is not told from them. */
    @Override
    public Map<String, FaultInjector> losses(String method) {
        Map<String, FaultInjector> losses = new HashMap<>();
        Set<AnswerLoss> lost = EnumSet.of(AnswerLoss.DROPPED, AnswerLoss.CUT_SHORT, AnswerLoss.PAGE);
        if (Set.of("create", "describe").contains(method)) {
            lost.addAll(EnumSet.of(AnswerLoss.EMPTY, AnswerLoss.LOGIN_PAGE));
        }
        lost.forEach(each -> losses.put("answer " + each, losing(each)));
        EnumSet.allOf(CallFailure.class).forEach(each -> losses.put("call " + each, failing(each)));
        return losses;
    }

    @Override
    public Map<String, FaultInjector> silences() {
        return Map.of("SILENT", losing(AnswerLoss.SILENT), "TRICKLE", losing(AnswerLoss.TRICKLE));
    }

    @Override
    public void storm(long seed) {
        model.latencies(new Latencies(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(2)));
        randomFaults(seed);
    }

    @Override
    public void stormOfLostAnswers(long seed) {
        bce.forgetTokens();
        randomFaults(seed);
    }

    private void randomFaults(long seed) {
        bce.loseAnswersBy(
                AnswerLoss.DROPPED, AnswerLoss.CUT_SHORT, AnswerLoss.EMPTY, AnswerLoss.PAGE, AnswerLoss.LOGIN_PAGE);
        bce.failCallsBy(CallFailure.INTERNAL_ERROR, CallFailure.PAGE, CallFailure.DROPPED);
        model.faults().random(seed, 0.15, 0.1, 0.2);
    }

    @Override
    public List<String> threadNames() {
        return List.of("enim-bce");
    }

    @Override
    public void stopEmulator() {
        bce.close();
    }

    @Override
    public void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public void close() {
        open.forEach(EniCloud::close);
        model.faults().release();
        bce.close();
    }
}

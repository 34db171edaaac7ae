package io.enim.provider.bce;

import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.CallFailure;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderSettings;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.FaultInjector;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An emulator of BCE and adapters on it. */
final class BceTestFixture extends AdapterFixture {
    static final String INSTANCE = "i-emulated";
    static final String ZONE = "cn-bj-a";

    final BceEmulator bce;

    BceTestFixture(int maxEnis, Subnet... subnets) {
        this("", maxEnis, subnets);
    }

    /** Set so that no metadata is needed. */
    BceTestFixture(String sessionToken, int maxEnis, Subnet... subnets) {
        super(new Instance(INSTANCE, ZONE, maxEnis), subnets);
        bce = new BceEmulator(model, sessionToken);
        with("metadata", "off").with("instance-id", INSTANCE).with("vpc-id", BceEmulator.VPC);
        with("zone", "zoneA").with("subnets", "sbn-1").with("security-groups", "g-1");
        with("endpoint", bce.endpoint().toString());
        with("access-key-id", BceEmulator.ACCESS_KEY_ID).with("secret-access-key", BceEmulator.SECRET);
    }

    /** Three ENIs may be attached; one subnet with both families. */
    static BceTestFixture small() {
        return new BceTestFixture(3, subnet("sbn-1", ZONE, "10.0.1.0/24", "2001:db8:1::/64"));
    }

    @Override
    protected HttpEmulator emulator() {
        return bce;
    }

    @Override
    protected EniCloud open(Map<String, String> all, OwnerTag ownerTag) {
        ProviderSettings settings = new ProviderSettings("bce", all, BceSettings.KEYS);
        return BceCloud.open(BceSettings.read(settings, Map.of()), ownerTag, clock);
    }

    /** An ENI that another party made and attached here. */
    SimulatedEni foreign(String name, String trafficMode) {
        Map<String, String> tags = Map.of("name", name, "networkInterfaceTrafficMode", trafficMode);
        SimulatedEni made = model.create("foreign-" + name, "sbn-1", tags);
        model.attach(made.id(), INSTANCE, -1);
        return made;
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

    private FaultInjector losing(AnswerLoss loss) {
        return injector(method -> {
            bce.loseAnswersBy(loss);
            next(method, Kind.LOSE_ANSWER);
        });
    }

    private FaultInjector failing(CallFailure failure) {
        return injector(method -> {
            bce.failCallsBy(failure);
            next(method, Kind.FAIL);
        });
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
        timing(Duration.ofSeconds(2), SECOND);
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
}

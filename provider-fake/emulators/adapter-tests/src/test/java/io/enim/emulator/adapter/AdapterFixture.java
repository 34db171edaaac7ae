package io.enim.emulator.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** One node on an emulated cloud, and the adapters made on it. Its emulator is closed with it. */
public abstract class AdapterFixture implements CloudFixture {
    public static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");
    public static final Duration SECOND = Duration.ofSeconds(1);

    public final ManualClock clock = new ManualClock();
    public final SimulatedRegion model = new SimulatedRegion(clock);
    private final Instance instance;
    private final Map<String, String> settings = new HashMap<>(Map.of("call-timeout", "120s"));
    private final List<EniCloud> open = new ArrayList<>();
    private int tokens;

    protected AdapterFixture(Instance instance, Subnet... subnets) {
        this.instance = instance;
        List.of(subnets).forEach(model::addSubnet);
        model.addInstance(instance);
    }

    /** A subnet with one or two blocks. */
    public static Subnet subnet(String id, String zone, String ipv4, String... ipv6) {
        return new Subnet(
                id,
                zone,
                Optional.of(Cidr.parse(ipv4)),
                List.of(ipv6).stream().map(Cidr::parse).findFirst());
    }

    protected abstract HttpEmulator emulator();

    protected abstract EniCloud open(Map<String, String> all, OwnerTag ownerTag);

    /** A setting of every adapter from now on. */
    public final AdapterFixture with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** What every adapter is set to, and more; an empty value takes a setting away. */
    public final Map<String, String> settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /** An adapter, as a process that starts makes it. */
    public final EniCloud cloud(Map<String, String> more, OwnerTag ownerTag) {
        return closeLater(open(settings(more), ownerTag));
    }

    public final EniCloud cloud(Map<String, String> more) {
        return cloud(more, OWNER_TAG);
    }

    public final EniCloud cloud() {
        return cloud(Map.of());
    }

    @Override
    public final EniCloud cloud(Duration callTimeout) {
        return cloud(Map.of("call-timeout", callTimeout.toMillis() + "ms"));
    }

    protected final EniCloud closeLater(EniCloud cloud) {
        open.add(cloud);
        return cloud;
    }

    /** A creation under the next token. */
    public final CreateRequest request() {
        tokens++;
        return new CreateRequest("token-" + tokens, OWNER_TAG);
    }

    public final CloudEni attached(EniCloud cloud) {
        CloudEni eni = cloud.create(request());
        cloud.attach(eni.id(), new AttachRequest("attach-" + tokens));
        return eni;
    }

    /** What the cloud really has under this id. */
    public final SimulatedEni simulatedEni(String id) {
        return model.enis().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " does not exist; there are " + model.enis()));
    }

    public final void timing(Duration latency, Duration visibleAfter) {
        model.latencies(new Latencies(visibleAfter, latency, latency));
    }

    /** The requests that an action makes. */
    public final List<String> requestsOf(Runnable action) {
        int before = requests().size();
        action.run();
        return requests().subList(before, requests().size());
    }

    /** A call that the cloud or the adapter refuses, with an error of just this type. */
    public static AbstractThrowableAssert<?, ?> refused(
            Class<? extends ProviderException> type, Refusal refusal, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isExactlyInstanceOf(type)
                .satisfies(thrown -> assertThat(((ProviderException) thrown).refusal())
                        .as(thrown.getMessage())
                        .isEqualTo(refusal));
    }

    @Override
    public final OwnerTag ownerTag() {
        return OWNER_TAG;
    }

    @Override
    public final String instanceId() {
        return instance.id();
    }

    @Override
    public final List<String> requests() {
        return emulator().requests();
    }

    /** The next call of this method goes wrong at the cloud's side. */
    protected final void next(String method, Kind kind) {
        model.faults().next(ApiCall.valueOf(method.toUpperCase(Locale.ROOT)), kind);
    }

    @Override
    public final FaultInjector faults() {
        return FaultInjector.of(
                (method, fault) -> next(method, Kind.valueOf(fault.name())),
                () -> model.faults().hanging() > 0,
                this::release);
    }

    /** Returns once the calls that hung go on: none of them is taken for the next one that hangs. */
    private void release() {
        model.faults().release();
        await().pollDelay(Duration.ZERO).until(() -> model.faults().hanging() == 0);
    }

    /** Sets one fault for the next call of a method, whatever is asked for. */
    protected static FaultInjector injector(Consumer<String> next) {
        return FaultInjector.of((method, fault) -> next.accept(method), () -> false, () -> {});
    }

    @Override
    public final void stopEmulator() {
        emulator().close();
    }

    @Override
    public final void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public final void close() {
        open.forEach(EniCloud::close);
        model.faults().release();
        emulator().close();
    }
}

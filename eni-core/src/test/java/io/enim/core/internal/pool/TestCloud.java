package io.enim.core.internal.pool;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A cloud in memory that keeps the real rules, remembers each call, and fails as it is told. Outlives the pool, as clouds
 * do.
 */
final class TestCloud implements EniCloud {
    static final int MTU = 8950;
    static final String INSTANCE = "i-1";
    static final OwnerTag OURS = new OwnerTag("c", "n");

    /** What goes wrong with one call. */
    private record Fault(RuntimeException error, When when) {}

    /** Whether the call takes effect before its error. */
    enum When {
        BEFORE_EFFECT,
        AFTER_EFFECT
    }

    final List<String> calls = new ArrayList<>();
    /** Calls that a cloud must never receive. */
    final List<String> violations = new ArrayList<>();

    final Map<String, CloudEni> enis = new LinkedHashMap<>();
    final Set<String> hidden = new HashSet<>();

    private final ManualClock clock;
    private final InMemoryDevices devices;
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<CloudCall, Deque<Fault>> faults = new EnumMap<>(CloudCall.class);
    private final Map<CloudCall, Fault> always = new EnumMap<>(CloudCall.class);
    private int counter;
    String instance = INSTANCE;
    int hardLimit = 100;
    int toldLimit = 100;
    UnaryOperator<List<CloudEni>> lie = UnaryOperator.identity();
    boolean devicesAppear = true;
    boolean attachTakesTime;
    /** How long an attachment takes; null: as the test says. */
    Duration attachTime;

    Optional<Duration> cooldown = Optional.empty();
    Optional<String> howToGetMore = Optional.empty();
    private final Map<String, Instant> attaching = new LinkedHashMap<>();
    boolean detachTakesTime;
    private boolean closed;

    TestCloud(ManualClock clock, InMemoryDevices devices) {
        this.clock = clock;
        this.devices = devices;
    }

    void failNext(CloudCall cloudCall, RuntimeException error, When when) {
        faults.computeIfAbsent(cloudCall, key -> new ArrayDeque<>()).add(new Fault(error, when));
    }

    void failAlways(CloudCall cloudCall, RuntimeException error) {
        always.put(cloudCall, new Fault(error, When.BEFORE_EFFECT));
    }

    void heal() {
        faults.clear();
        always.clear();
    }

    static RuntimeException refused(Refusal refusal) {
        return switch (refusal) {
            case THROTTLED, UNAVAILABLE, NOT_FOUND ->
                new RetryableProviderException(refusal, "E" + refusal, "scripted failure " + refusal);
            default -> new FatalProviderException(refusal, "E" + refusal, "scripted refusal " + refusal);
        };
    }

    static RuntimeException lost() {
        return new AmbiguousProviderException(Refusal.UNAVAILABLE, "", "scripted lost answer");
    }

    synchronized long count(CloudCall cloudCall) {
        return calls.stream().filter(made -> made.startsWith(cloudCall.text())).count();
    }

    synchronized long mutations() {
        return calls.size() - count(CloudCall.DESCRIBE);
    }

    /** An ENI that was there before the pool. */
    synchronized CloudEni addAvailable(String id, Optional<OwnerTag> tag) {
        MacAddress mac = new MacAddress(0x0200_0000_0000L + ++counter);
        enis.put(id, eni(id, mac, Status.AVAILABLE, Optional.empty(), tag, Optional.of(clock.instant())));
        return enis.get(id);
    }

    /** One that was there before the pool, attached to this node. */
    synchronized CloudEni addAttached(String id, Optional<OwnerTag> tag) {
        addAvailable(id, tag);
        become(id, Status.ATTACHED, Optional.of(INSTANCE));
        return enis.get(id);
    }

    synchronized void become(String id, Status status, Optional<String> instance) {
        CloudEni eni = enis.get(id);
        enis.put(id, eni(id, eni.mac(), status, instance, eni.ownerTag(), eni.created()));
        if (status != Status.ATTACHED) {
            devices.unplug(eni.mac());
        } else if (devicesAppear && devices.whereIs(eni.mac()).isEmpty()) {
            devices.plugIn(eni.mac());
        }
    }

    synchronized void undated(String id) {
        CloudEni eni = enis.get(id);
        enis.put(id, eni(id, eni.mac(), eni.status(), eni.instanceId(), eni.ownerTag(), Optional.empty()));
    }

    private static CloudEni eni(
            String id,
            MacAddress mac,
            Status status,
            Optional<String> instance,
            Optional<OwnerTag> tag,
            Optional<Instant> created) {
        int n = (int) (mac.bits() & 0xffff);
        EniAddress address = EniAddress.parse("10.0." + (n >> 8) + "." + (n & 0xff), "10.0.0.0/16", "10.0.255.254");
        return new CloudEni(
                id,
                status,
                mac,
                Optional.of(address),
                Optional.empty(),
                "subnet-1",
                n,
                instance,
                tag,
                created,
                OptionalInt.of(MTU));
    }

    @Override
    public NodeIdentity node() {
        return new NodeIdentity(instance, "z");
    }

    @Override
    public synchronized NodeLimits limits() {
        return new NodeLimits(toldLimit);
    }

    @Override
    public synchronized List<CloudEni> describe() {
        before(CloudCall.DESCRIBE, "");
        settleAttachments();
        return lie.apply(
                enis.values().stream().filter(eni -> !hidden.contains(eni.id())).toList());
    }

    @Override
    public synchronized CloudEni create(CreateRequest request) {
        Fault fault = before(CloudCall.CREATE, request.token());
        String id = tokens.get(request.token());
        if (id == null || !enis.containsKey(id)) {
            id = "eni-" + (counter + 1);
            addAvailable(id, Optional.of(request.ownerTag()));
            tokens.put(request.token(), id);
        }
        after(fault);
        return enis.get(id);
    }

    @Override
    public synchronized void attach(String eniId, AttachRequest request) {
        Fault fault = before(CloudCall.ATTACH, eniId);
        CloudEni eni = Optional.ofNullable(enis.get(eniId)).orElseThrow(() -> refused(Refusal.NOT_FOUND));
        if (!eni.isAttachedTo(instance)) {
            long attached = enis.values().stream()
                    .filter(other -> other.instanceId().isPresent())
                    .count();
            if (attached >= hardLimit) {
                throw refused(Refusal.ENI_LIMIT);
            }
            boolean isLater = attachTakesTime || attachTime != null;
            become(eniId, isLater ? Status.ATTACHING : Status.ATTACHED, Optional.of(instance));
            attaching.put(eniId, clock.instant());
        }
        after(fault);
    }

    private void settleAttachments() {
        if (attachTime != null) {
            attaching.entrySet().removeIf(each -> {
                boolean isDone = !each.getValue().plus(attachTime).isAfter(clock.instant());
                if (isDone) {
                    become(each.getKey(), Status.ATTACHED, Optional.of(INSTANCE));
                }
                return isDone;
            });
        }
    }

    @Override
    public Optional<Duration> cooldown() {
        return cooldown;
    }

    @Override
    public Optional<String> howToGetMore() {
        return howToGetMore;
    }

    @Override
    public synchronized void detach(String eniId) {
        Fault fault = before(CloudCall.DETACH, eniId);
        if (enis.containsKey(eniId) && enis.get(eniId).instanceId().isPresent()) {
            become(
                    eniId,
                    detachTakesTime ? Status.DETACHING : Status.AVAILABLE,
                    detachTakesTime ? Optional.of(INSTANCE) : Optional.empty());
        }
        after(fault);
    }

    @Override
    public synchronized void delete(String eniId) {
        Fault fault = before(CloudCall.DELETE, eniId);
        CloudEni eni = enis.get(eniId);
        if (eni != null && eni.status() != Status.AVAILABLE) {
            violations.add("delete of " + eniId + " while " + eni.status());
            throw refused(Refusal.WRONG_STATE);
        }
        if (eni != null && eni.ownerTag().filter(OURS::equals).isEmpty()) {
            violations.add("delete of " + eniId + " tagged " + eni.ownerTag());
        }
        enis.remove(eniId);
        after(fault);
    }

    private Fault before(CloudCall cloudCall, String subject) {
        if (closed) {
            throw new ClosedException("closed");
        }
        calls.add(cloudCall.text() + (subject.isEmpty() ? "" : " " + subject));
        Deque<Fault> scripted = faults.getOrDefault(cloudCall, new ArrayDeque<>());
        Fault fault = scripted.isEmpty() ? always.get(cloudCall) : scripted.poll();
        if (fault != null && fault.when() == When.BEFORE_EFFECT) {
            throw fault.error();
        }
        return fault;
    }

    private static void after(Fault fault) {
        if (fault != null) {
            throw fault.error();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    synchronized void reopen() {
        closed = false;
    }
}

package io.enim.examples.agent.testing;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.CloudCalls;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.OperationStatus;
import io.enim.TimelineEntry;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NamespaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A manager that only keeps books: no device moves. Safe for concurrent use. */
public final class InMemoryManager implements EniManager {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Eni> enis = new ArrayList<>();
    private final Map<Endpoint, Assignment> assignments = new LinkedHashMap<>();
    private final List<Heartbeat> heartbeats = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private Optional<EniException> failure = Optional.empty();
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private List<CheckReport.Difference> differences = List.of();
    private Health health = Health.healthy();
    private Optional<GcRequest> lastGc = Optional.empty();
    private Optional<AddRequest> lastAdd = Optional.empty();
    private UnaryOperator<Eni> shown = UnaryOperator.identity();
    private Optional<OptionalInt> capacity = Optional.empty();
    private final Map<String, List<TimelineEntry>> timelines = new LinkedHashMap<>();
    private List<OperationStatus> operations = List.of();
    private List<CloudCalls> cloudCalls = List.of();
    private Instant time = SINCE;
    private int listings;
    private boolean gcFails;
    private boolean closed;

    private InMemoryManager(List<Eni> given) {
        enis.addAll(given);
    }

    private InMemoryManager(int count, boolean hasIpv4, boolean hasIpv6) {
        for (int i = 1; i <= count; i++) {
            enis.add(eni(
                    i,
                    Optional.of(ipv4(i)).filter(address -> hasIpv4),
                    Optional.of(ipv6(i)).filter(address -> hasIpv6)));
        }
    }

    /** A manager with this many ENIs, each with an address of both families. */
    public static InMemoryManager dualStack(int count) {
        return new InMemoryManager(count, true, true);
    }

    /** A manager with these ENIs. */
    public static InMemoryManager of(List<Eni> given) {
        return new InMemoryManager(given);
    }

    /** A manager with one ENI that has an IPv4 address only. */
    public static InMemoryManager ipv4Only() {
        return new InMemoryManager(1, true, false);
    }

    /** A manager with one ENI that has an IPv6 address only. */
    public static InMemoryManager ipv6Only() {
        return new InMemoryManager(1, false, true);
    }

    private static EniAddress ipv4(int i) {
        return EniAddress.parse("10.0.0." + (10 + i), "10.0.0.0/24", "10.0.0.1");
    }

    private static EniAddress ipv6(int i) {
        return EniAddress.parse("2001:db8::" + (10 + i), "2001:db8::/64", "2001:db8::1");
    }

    private static Eni eni(int i, Optional<EniAddress> ipv4, Optional<EniAddress> ipv6) {
        return new Eni(
                "eni-" + i,
                new MacAddress(0x02005e005300L + i),
                ipv4,
                ipv6,
                "subnet-1",
                i,
                EniState.READY,
                Optional.empty(),
                "");
    }

    /** The next call that can fail throws this. */
    public synchronized void failWith(EniException error) {
        failure = Optional.of(error);
    }

    /** From now on an ADD waits until the future is completed. */
    public synchronized CompletableFuture<Void> holdAdds() {
        gate = new CompletableFuture<>();
        return gate;
    }

    /** How many ADDs wait for it. */
    public int waitingAdds() {
        return waiting.get();
    }

    public synchronized void differ(CheckReport.Difference... found) {
        differences = List.of(found);
    }

    public synchronized void setHealth(Health now) {
        health = now;
    }

    /** A part of the manager does this from now on. */
    public synchronized void beat(Heartbeat beat) {
        heartbeats.add(beat);
    }

    /** From now on what is assigned is held since this moment. */
    public synchronized void setTime(Instant now) {
        time = now;
    }

    /** These operations are under way from now on. */
    public synchronized void operate(List<OperationStatus> underWay) {
        operations = List.copyOf(underWay);
    }

    /** The pool asks this of its cloud from now on. */
    public synchronized void callCloud(CloudCalls calls) {
        cloudCalls = List.of(calls);
    }

    /** The endpoint of this name has these steps. */
    public synchronized void setTimeline(String namespace, String name, List<TimelineEntry> steps) {
        timelines.put(namespace + "/" + name, List.copyOf(steps));
    }

    /** How many ENIs there may be, from now on; without this, as many as there are. */
    public synchronized void allow(OptionalInt most) {
        capacity = Optional.of(most);
    }

    /** From now on each ENI is listed as this says; it may throw. */
    public synchronized void showEnisAs(UnaryOperator<Eni> view) {
        shown = view;
    }

    /** How often they were asked for. */
    public synchronized int listings() {
        return listings;
    }

    /** The provider no longer has any ENI. */
    public synchronized void loseEnis() {
        enis.clear();
    }

    public synchronized void failGcFindings() {
        gcFails = true;
    }

    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized Optional<GcRequest> lastGc() {
        return lastGc;
    }

    public synchronized Optional<AddRequest> lastAdd() {
        return lastAdd;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public Assignment add(AddRequest request) {
        CompletableFuture<Void> pass;
        synchronized (this) {
            calls.add("add " + request.endpoint());
            lastAdd = Optional.of(request);
            pass = gate;
        }
        waiting.incrementAndGet();
        try {
            pass.get();
        } catch (InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceededException("ADD " + request.endpoint(), Duration.ZERO, "interrupted", e);
        } finally {
            waiting.decrementAndGet();
        }
        return assign(request);
    }

    private synchronized Assignment assign(AddRequest request) {
        throwFailure();
        Endpoint endpoint = request.endpoint();
        Assignment held = assignments.get(endpoint);
        if (held != null) {
            return held;
        }
        Eni free = wished(request)
                .or(() -> enis.stream()
                        .filter(eni -> eni.state() == EniState.READY)
                        .findFirst())
                .orElseThrow(() -> new NoEniAvailableException(
                        endpoint, Map.of(EniState.IN_USE, enis.size()), Duration.ofSeconds(1)));
        int i = enis.indexOf(free);
        enis.set(i, free.heldBy(endpoint));
        Assignment assignment = new Assignment(
                endpoint,
                enis.get(i),
                Assignment.Phase.ADDED,
                request.netns().map(path -> new Assignment.Sandbox(path, new NamespaceId(4, 77, 9))),
                Optional.of(new DeviceBaseline(
                        free.mac(), "ens" + i, i + 2, 8950, 1000, 0, Map.of(), Optional.empty(), Optional.empty())),
                request.routes(),
                request.link(),
                request.labels(),
                time,
                "");
        assignments.put(endpoint, assignment);
        return assignment;
    }

    private Optional<Eni> wished(AddRequest request) {
        EniWish wish = request.wish();
        Optional<Eni> wished = enis.stream().filter(wish::fits).findFirst();
        if (wish.isRequired() && wished.isEmpty()) {
            throw new InvalidRequestException("wish", wish.toString(), "no ENI of this node fits");
        }
        Optional<Eni> free = wished.filter(eni -> eni.state() == EniState.READY);
        if (wish.isRequired() && free.isEmpty()) {
            Optional<Endpoint> holder = wished.get().holder();
            throw NoEniAvailableException.required(
                    request.endpoint(), wish, wished.get().toString(), holder, Duration.ofSeconds(1));
        }
        return free;
    }

    @Override
    public synchronized void del(Endpoint endpoint) {
        calls.add("del " + endpoint);
        throwFailure();
        free(endpoint);
    }

    private void free(Endpoint endpoint) {
        Assignment assignment = assignments.remove(endpoint);
        if (assignment != null) {
            enis.replaceAll(eni -> eni.id().equals(assignment.eni().id()) ? eni.ready() : eni);
        }
    }

    @Override
    public synchronized void del(String namespace, String name) {
        calls.add("del " + namespace + "/" + name);
        throwFailure();
        List.copyOf(assignments.keySet()).stream()
                .filter(endpoint -> endpoint.isNamed(namespace, name))
                .forEach(this::free);
    }

    @Override
    public synchronized GcReport gc(GcRequest request) {
        calls.add("gc");
        throwFailure();
        lastGc = Optional.of(request);
        List<Finding> findings = new ArrayList<>();
        int examined = assignments.size();
        boolean acts = request.mode() == GcRequest.Mode.ACT;
        for (Endpoint endpoint : List.copyOf(assignments.keySet())) {
            if (request.valid().filter(valid -> !valid.contains(endpoint)).isPresent()) {
                Outcome done = gcFails ? Outcome.FAILED : Outcome.DONE;
                findings.add(new Finding(
                        Kind.DEAD_ENDPOINT,
                        endpoint.toString(),
                        "the caller does not list it",
                        "return its device to the host",
                        acts ? done : Outcome.DRY_RUN));
                if (acts && !gcFails) {
                    free(endpoint);
                }
            }
        }
        return new GcReport(SINCE, Duration.ofMillis(3), request.mode(), findings, examined);
    }

    @Override
    public synchronized CheckReport check(Endpoint endpoint) {
        calls.add("check " + endpoint);
        throwFailure();
        return new CheckReport(endpoint, differences);
    }

    @Override
    public synchronized List<Assignment> assignments() {
        return List.copyOf(assignments.values());
    }

    @Override
    public synchronized List<Eni> enis() {
        listings++;
        return enis.stream().map(shown).toList();
    }

    @Override
    public synchronized OptionalInt capacity() {
        return capacity.orElse(OptionalInt.of(enis.size()));
    }

    @Override
    public synchronized List<TimelineEntry> timeline(String namespace, String name) {
        return timelines.getOrDefault(namespace + "/" + name, List.of());
    }

    @Override
    public synchronized List<OperationStatus> operations() {
        return operations;
    }

    @Override
    public synchronized List<CloudCalls> cloudCalls() {
        return cloudCalls;
    }

    @Override
    public synchronized List<TimelineEntry> timeline(Endpoint endpoint) {
        List<TimelineEntry> told = timelines.get(endpoint.namespace() + "/" + endpoint.name());
        if (told != null) {
            return told;
        }
        return assignments.containsKey(endpoint)
                ? List.of(new TimelineEntry(SINCE, "ADD", "move", Duration.ofNanos(1_234_000), Optional.empty()))
                : List.of();
    }

    @Override
    public synchronized Health health() {
        return health;
    }

    @Override
    public synchronized List<Heartbeat> heartbeats() {
        return List.copyOf(heartbeats);
    }

    @Override
    public synchronized void close() {
        calls.add("close");
        closed = true;
    }

    private void throwFailure() {
        Optional<EniException> now = failure;
        failure = Optional.empty();
        now.ifPresent(error -> {
            throw error;
        });
    }
}

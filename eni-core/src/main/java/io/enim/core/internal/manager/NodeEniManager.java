// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.CheckReport;
import io.enim.ClosedException;
import io.enim.CloudCalls;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.Heartbeat;
import io.enim.OperationStatus;
import io.enim.OverloadedException;
import io.enim.ProviderException;
import io.enim.SandboxPool;
import io.enim.TimelineEntry;
import io.enim.core.internal.exec.FirstError;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.pool.Outlook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The manager of one node. Safe for concurrent use. */
final class NodeEniManager implements EniManager {
    private final Ledger ledger;
    private final DeviceBaselines baselines;
    private final EndpointOperations operations;
    private final SandboxPool sandboxes;
    private final ProviderListing listing;
    private final GcSchedule gc;
    private final Vitals vitals;
    private final Runnable shutdown;
    private volatile boolean closing;

    /**
     * A manager of parts that run.
     *
     * @param shutdown closes what the manager does not close itself; idempotent
     */
    NodeEniManager(
            Ledger ledger,
            DeviceBaselines baselines,
            EndpointOperations operations,
            SandboxPool sandboxes,
            ProviderListing listing,
            GcSchedule gc,
            Vitals vitals,
            Runnable shutdown) {
        this.ledger = ledger;
        this.baselines = baselines;
        this.operations = operations;
        this.sandboxes = sandboxes;
        this.listing = listing;
        this.gc = gc;
        this.vitals = vitals;
        this.shutdown = shutdown;
    }

    @Override
    public Assignment add(AddRequest request) {
        return operations.add(requireNonNull(request, "request")).run();
    }

    @Override
    public CompletableFuture<Assignment> addAsync(AddRequest request) {
        return operations.add(requireNonNull(request, "request")).start();
    }

    @Override
    public void del(Endpoint endpoint) {
        operations.del(requireNonNull(endpoint, "endpoint")).run();
    }

    @Override
    public CompletableFuture<Void> delAsync(Endpoint endpoint) {
        return operations.del(requireNonNull(endpoint, "endpoint")).start().thenAccept(detail -> {});
    }

    @Override
    public void del(String namespace, String name) {
        FirstError errors = new FirstError();
        List<Operation<String>> begun = new ArrayList<>();
        for (Endpoint endpoint : named(namespace, name)) {
            Operation<String> del = operations.del(endpoint);
            errors.collect(() -> {
                del.submit();
                begun.add(del);
            });
        }
        begun.forEach(del -> errors.collect(del::await));
        errors.rethrow();
    }

    @Override
    public CompletableFuture<Void> delAsync(String namespace, String name) {
        Set<Endpoint> lives;
        try {
            lives = named(namespace, name);
        } catch (EniException e) {
            return CompletableFuture.failedFuture(e);
        }
        List<CompletableFuture<Void>> dels = lives.stream().map(this::delAsync).toList();
        return CompletableFuture.allOf(dels.toArray(CompletableFuture[]::new)).handle((done, failed) -> {
            FirstError errors = new FirstError();
            dels.forEach(del -> errors.collect(del::join));
            errors.rethrow();
            return done;
        });
    }

    private Set<Endpoint> named(String namespace, String name) {
        Endpoint plain = Endpoint.of(namespace, name); // refuses what no endpoint can have
        return Stream.of(
                        ledger.all().stream().map(Assignment::endpoint),
                        ledger.unreadable(plain).map(held -> plain).stream(),
                        operations.busyEndpoints().stream()) // also of an ADD that has recorded nothing yet
                .flatMap(endpoints -> endpoints)
                .filter(endpoint -> endpoint.isNamed(namespace, name))
                .collect(Collectors.toSet());
    }

    @Override
    public GcReport gc(GcRequest request) {
        return gc.run(requireNonNull(request, "request"));
    }

    @Override
    public CompletableFuture<GcReport> gcAsync(GcRequest request) {
        return gc.start(requireNonNull(request, "request"));
    }

    @Override
    public CheckReport check(Endpoint endpoint) {
        return operations.check(requireNonNull(endpoint, "endpoint")).run();
    }

    @Override
    public CompletableFuture<CheckReport> checkAsync(Endpoint endpoint) {
        return operations.check(requireNonNull(endpoint, "endpoint")).start();
    }

    @Override
    public SandboxPool sandboxes() {
        return sandboxes;
    }

    @Override
    public List<Assignment> assignments() {
        return List.copyOf(ledger.all());
    }

    @Override
    public List<Eni> enis() {
        Map<String, UnaryOperator<Eni>> kept = new HashMap<>();
        quarantined()
                .forEach(assignment ->
                        kept.put(assignment.eni().id(), quarantine(assignment.endpoint(), assignment.reason())));
        ledger.unreadable()
                .forEach(held ->
                        held.eniId().ifPresent(id -> kept.put(id, quarantine(held.placeholder(), held.toString()))));
        List<Eni> enis = new ArrayList<>();
        for (Eni eni : listing.latest()) {
            enis.add(kept.getOrDefault(eni.id(), UnaryOperator.identity()).apply(eni));
        }
        return List.copyOf(enis);
    }

    @Override
    public OptionalInt capacity() {
        return listing.capacity();
    }

    private static UnaryOperator<Eni> quarantine(Endpoint holder, String reason) {
        return eni -> eni.in(EniState.QUARANTINED, Optional.of(holder), reason);
    }

    @Override
    public List<TimelineEntry> timeline(Endpoint endpoint) {
        return operations.timelines().of(requireNonNull(endpoint, "endpoint"));
    }

    @Override
    public List<TimelineEntry> timeline(String namespace, String name) {
        return operations.timelines().ofLatest(Endpoint.of(namespace, name));
    }

    @Override
    public boolean isReady() {
        if (closing) {
            throw new ClosedException("ask whether the node is ready: the manager is closed; ask the next one");
        }
        if (ledger.failure().isPresent() || baselines.failure().isPresent()) {
            return false;
        }
        try {
            enis();
        } catch (ProviderException | DeadlineExceededException | OverloadedException e) {
            return false; // Health says why.
        }
        return vitals.outlooks().get().stream().allMatch(Outlook::isReady);
    }

    @Override
    public Health health() {
        List<String> reasons = new ArrayList<>();
        if (closing) {
            reasons.add("the manager is closing");
        }
        ledger.failure().ifPresent(reasons::add);
        baselines.failure().ifPresent(reasons::add);
        Map<Status, List<String>> served = vitals.outlooks().get().stream()
                .collect(groupingBy(Outlook::status, mapping(Outlook::reason, toList())));
        reasons.addAll(served.getOrDefault(Status.UNAVAILABLE, List.of()));
        Status worst = reasons.isEmpty() ? Status.DEGRADED : Status.UNAVAILABLE;
        reasons.addAll(served.getOrDefault(Status.DEGRADED, List.of()));
        reasons.addAll(ledger.notes());
        reasons.addAll(baselines.notes());
        quarantined()
                .forEach(assignment -> reasons.add(assignment.eni().id() + " is quarantined with "
                        + assignment.endpoint() + ": " + assignment.reason()));
        reasons.addAll(vitals.problems().get());
        heartbeats().stream()
                .filter(Heartbeat::standsStill)
                .map(Heartbeat::toString)
                .forEach(reasons::add);
        Status status = reasons.isEmpty() ? Status.HEALTHY : worst;
        served.getOrDefault(Status.HEALTHY, List.of()).stream()
                .filter(full -> !full.isEmpty())
                .forEach(reasons::add);
        return new Health(status, reasons);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return vitals.heartbeats().get();
    }

    @Override
    public List<OperationStatus> operations() {
        return vitals.operations().get();
    }

    @Override
    public List<CloudCalls> cloudCalls() {
        return vitals.cloudCalls().get();
    }

    private Stream<Assignment> quarantined() {
        return ledger.all().stream().filter(assignment -> assignment.phase() == Phase.QUARANTINED);
    }

    @Override
    public synchronized void close() {
        closing = true;
        gc.close();
        operations.close();
        shutdown.run();
    }
}

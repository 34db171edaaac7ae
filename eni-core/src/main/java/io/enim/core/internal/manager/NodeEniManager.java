package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.TimelineEntry;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.AddDependencies;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.step.TimelineRecorder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The manager of one node. */
public final class NodeEniManager implements EniManager {
    /** What the manager works with. */
    public record Dependencies(
            EniSettings settings,
            Ledger ledger,
            PerEndpointExecutor executor,
            ReleaseOperation release,
            AddDependencies add,
            GcSchedule gc,
            BoundedProviderCalls providerCalls,
            TimelineRecorder timelines,
            HealthAggregator health,
            EniMetrics metrics,
            Runnable shutdown) {}

    private final Dependencies dependencies;
    private final OperationLog log;
    private final CheckOperation check;

    public NodeEniManager(Dependencies tools) {
        this.dependencies = tools;
        this.log = new OperationLog(tools.metrics());
        this.check = new CheckOperation(tools.ledger(), tools.add().devices());
    }

    @Override
    public Assignment add(AddRequest request) {
        requireNonNull(request, "request");
        Endpoint endpoint = request.endpoint();
        Deadline deadline = Deadline.after(
                request.timeout().orElseGet(() -> dependencies.settings().duration(EniSetting.ADD_TIMEOUT)));
        return log.observe(
                "ADD",
                endpoint,
                OperationLog::eni,
                () -> dependencies
                        .executor()
                        .run(new EndpointTask<>(
                                "ADD",
                                endpoint,
                                deadline,
                                endpointTask -> new AddOperation(
                                                dependencies.add(),
                                                request,
                                                endpointTask,
                                                dependencies.timelines().listener("ADD", endpoint))
                                        .run())));
    }

    @Override
    public void del(Endpoint endpoint) {
        requireNonNull(endpoint, "endpoint");
        Deadline deadline = Deadline.after(dependencies.settings().duration(EniSetting.DEL_TIMEOUT));
        log.observe(
                "DEL",
                endpoint,
                Function.identity(),
                () -> dependencies
                        .executor()
                        .runSuperseding(
                                new EndpointTask<>("DEL", endpoint, deadline, endpointTask -> end(endpoint, deadline)),
                                earlier -> earlier.name().equals("ADD")));
    }

    private String end(Endpoint endpoint, Deadline deadline) {
        Optional<Assignment> held = dependencies.ledger().get(endpoint);
        if (held.isEmpty()) {
            return "held nothing";
        }
        ReleaseOperation.Result result = dependencies
                .release()
                .run(held.get(), dependencies.timelines().listener("DEL", endpoint), deadline.timeout());
        return held.get().eni().id() + (result.freed() ? " freed: " : " quarantined: ") + result.detail();
    }

    @Override
    public void del(String namespace, String name) {
        Endpoint.of(namespace, name);
        Set<Endpoint> lives = new LinkedHashSet<>();
        dependencies.ledger().all().stream().map(Assignment::endpoint).forEach(lives::add);
        // An ADD that has recorded nothing yet is a life too.
        lives.addAll(dependencies.executor().busy());
        lives.stream().filter(life -> life.isNamed(namespace, name)).forEach(this::del);
    }

    @Override
    public GcReport gc(GcRequest request) {
        requireNonNull(request, "request");
        return dependencies.gc().run(request);
    }

    @Override
    public CheckReport check(Endpoint endpoint) {
        requireNonNull(endpoint, "endpoint");
        Deadline deadline = Deadline.after(dependencies.settings().duration(EniSetting.ADD_TIMEOUT));
        return log.observe(
                "CHECK",
                endpoint,
                report -> report.differences().toString(),
                () -> dependencies
                        .executor()
                        .run(new EndpointTask<>(
                                "CHECK",
                                endpoint,
                                deadline,
                                endpointTask -> check.run(endpoint, deadline.remaining()))));
    }

    @Override
    public List<Assignment> assignments() {
        return List.copyOf(dependencies.ledger().all());
    }

    @Override
    public List<Eni> enis() {
        Map<String, Assignment> quarantined = dependencies.ledger().all().stream()
                .filter(assignment -> assignment.phase() == Phase.QUARANTINED)
                .collect(Collectors.toMap(
                        assignment -> assignment.eni().id(), Function.identity(), (a, b) -> a, HashMap::new));
        List<Eni> enis = new ArrayList<>();
        for (Eni eni : dependencies
                .providerCalls()
                .call("list ENIs", dependencies.add().provider()::list)) {
            Assignment kept = quarantined.get(eni.id());
            enis.add(kept == null ? eni : eni.in(EniState.QUARANTINED, Optional.of(kept.endpoint()), kept.reason()));
        }
        return List.copyOf(enis);
    }

    @Override
    public List<TimelineEntry> timeline(Endpoint endpoint) {
        return dependencies.timelines().of(requireNonNull(endpoint, "endpoint"));
    }

    @Override
    public List<TimelineEntry> timeline(String namespace, String name) {
        return dependencies.timelines().ofLatest(Endpoint.of(namespace, name));
    }

    @Override
    public Health health() {
        return dependencies.health().read();
    }

    @Override
    public void close() {
        Deadline deadline = Deadline.after(dependencies.settings().duration(EniSetting.CLOSE_TIMEOUT));
        dependencies.health().closing();
        dependencies.gc().close();
        boolean drained = dependencies.executor().close(deadline);
        log.closed(drained, dependencies.executor().inFlight());
        dependencies.shutdown().run();
    }
}

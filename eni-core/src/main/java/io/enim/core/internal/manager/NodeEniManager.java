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
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.lane.Deadline;
import io.enim.core.internal.lane.Lanes;
import io.enim.core.internal.lane.Operation;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.life.AddOperation;
import io.enim.core.internal.life.AddTools;
import io.enim.core.internal.life.CheckOperation;
import io.enim.core.internal.life.Release;
import io.enim.core.internal.life.Timelines;
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
    public record Tools(
            EniSettings settings,
            Ledger ledger,
            Lanes lanes,
            Release release,
            AddTools add,
            GcSchedule gc,
            ProviderCalls providerCalls,
            Timelines timelines,
            HealthBoard health,
            EniMetrics metrics,
            Runnable shutdown) {}

    private final Tools tools;
    private final OperationLog log;
    private final CheckOperation check;

    public NodeEniManager(Tools tools) {
        this.tools = tools;
        this.log = new OperationLog(tools.metrics());
        this.check = new CheckOperation(tools.ledger(), tools.add().devices());
    }

    @Override
    public Assignment add(AddRequest request) {
        requireNonNull(request, "request");
        Endpoint endpoint = request.endpoint();
        Deadline deadline = Deadline.after(
                request.timeout().orElseGet(() -> tools.settings().duration(EniSetting.ADD_TIMEOUT)));
        return log.observe(
                "ADD",
                endpoint,
                OperationLog::eni,
                () -> tools.lanes()
                        .run(new Operation<>(
                                "ADD",
                                endpoint,
                                deadline,
                                operation -> new AddOperation(
                                                tools.add(),
                                                request,
                                                operation,
                                                tools.timelines().listener("ADD", endpoint))
                                        .run())));
    }

    @Override
    public void del(Endpoint endpoint) {
        requireNonNull(endpoint, "endpoint");
        Deadline deadline = Deadline.after(tools.settings().duration(EniSetting.DEL_TIMEOUT));
        log.observe(
                "DEL",
                endpoint,
                Function.identity(),
                () -> tools.lanes()
                        .runSuperseding(
                                new Operation<>("DEL", endpoint, deadline, operation -> end(endpoint, deadline)),
                                earlier -> earlier.name().equals("ADD")));
    }

    private String end(Endpoint endpoint, Deadline deadline) {
        Optional<Assignment> held = tools.ledger().get(endpoint);
        if (held.isEmpty()) {
            return "held nothing";
        }
        Release.Result result =
                tools.release().run(held.get(), tools.timelines().listener("DEL", endpoint), deadline.timeout());
        return held.get().eni().id() + (result.freed() ? " freed: " : " quarantined: ") + result.detail();
    }

    @Override
    public void del(String namespace, String name) {
        Endpoint.of(namespace, name);
        Set<Endpoint> lives = new LinkedHashSet<>();
        tools.ledger().all().stream().map(Assignment::endpoint).forEach(lives::add);
        // An ADD that has recorded nothing yet is a life too.
        lives.addAll(tools.lanes().busy());
        lives.stream().filter(life -> life.isNamed(namespace, name)).forEach(this::del);
    }

    @Override
    public GcReport gc(GcRequest request) {
        requireNonNull(request, "request");
        return tools.gc().run(request);
    }

    @Override
    public CheckReport check(Endpoint endpoint) {
        requireNonNull(endpoint, "endpoint");
        Deadline deadline = Deadline.after(tools.settings().duration(EniSetting.ADD_TIMEOUT));
        return log.observe(
                "CHECK",
                endpoint,
                report -> report.differences().toString(),
                () -> tools.lanes()
                        .run(new Operation<>(
                                "CHECK", endpoint, deadline, operation -> check.run(endpoint, deadline.remaining()))));
    }

    @Override
    public List<Assignment> assignments() {
        return List.copyOf(tools.ledger().all());
    }

    @Override
    public List<Eni> enis() {
        Map<String, Assignment> quarantined = tools.ledger().all().stream()
                .filter(assignment -> assignment.phase() == Phase.QUARANTINED)
                .collect(Collectors.toMap(
                        assignment -> assignment.eni().id(), Function.identity(), (a, b) -> a, HashMap::new));
        List<Eni> enis = new ArrayList<>();
        for (Eni eni : tools.providerCalls().ask("list ENIs", tools.add().provider()::list)) {
            Assignment kept = quarantined.get(eni.id());
            enis.add(kept == null ? eni : eni.in(EniState.QUARANTINED, Optional.of(kept.endpoint()), kept.reason()));
        }
        return List.copyOf(enis);
    }

    @Override
    public List<TimelineEntry> timeline(Endpoint endpoint) {
        return tools.timelines().of(requireNonNull(endpoint, "endpoint"));
    }

    @Override
    public List<TimelineEntry> timeline(String namespace, String name) {
        return tools.timelines().ofLatest(Endpoint.of(namespace, name));
    }

    @Override
    public Health health() {
        return tools.health().read();
    }

    @Override
    public void close() {
        Deadline deadline = Deadline.after(tools.settings().duration(EniSetting.CLOSE_TIMEOUT));
        tools.health().closing();
        tools.gc().close();
        boolean drained = tools.lanes().close(deadline);
        log.closed(drained, tools.lanes().inFlight());
        tools.shutdown().run();
    }
}

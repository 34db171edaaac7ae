package io.enim.examples.agent.observability;

import io.enim.EniException;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.ProviderException;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.core.metrics.MicrometerMetrics;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.cni.spec.CniCommand;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.health.NodeGauges;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.examples.agent.testing.PrometheusText;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that an agent can export: each metric with each value that its labels can have, but for CNI codes of errors to come. */
final class ExportedMetrics {
    private static final Duration TOOK = Duration.ofMillis(1);

    private ExportedMetrics() {}

    static PrometheusText all() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MicrometerMetrics metrics = new MicrometerMetrics(registry);
        List<String> outcomes =
                Stream.concat(Stream.of("ok"), errors(EniException.class)).toList();
        for (String operation : List.of("ADD", "DEL", "CHECK", "GC", "TAKE")) {
            outcomes.forEach(outcome -> metrics.operation(operation, outcome, TOOK));
        }
        Stream.concat(Stream.of("ADD_WAIT"), Arrays.stream(Step.values()).map(Step::name))
                .forEach(step -> outcomes.forEach(outcome -> metrics.step(step, outcome, TOOK)));
        for (CloudCall call : CloudCall.values()) {
            metrics.cloudCallHeldBack(call.text());
            metrics.cloudCall(call.text(), "ok", TOOK);
            for (ProviderException.Refusal refusal : ProviderException.Refusal.values()) {
                metrics.cloudCall(call.text(), refusal.name(), TOOK);
            }
        }
        for (GcReport.Kind kind : GcReport.Kind.values()) {
            for (GcReport.Outcome outcome : GcReport.Outcome.values()) {
                metrics.finding(kind, outcome);
            }
        }
        metrics.enis(Map.of(EniState.READY, 1));
        CniMetrics cni = CniMetrics.in(registry);
        for (CniCommand command : CniCommand.values()) {
            cni.callAnswered(command.name(), 0, TOOK);
            for (CniErrorCode code : CniErrorCode.values()) {
                cni.callAnswered(command.name(), code.number(), TOOK);
            }
        }
        InMemoryManager manager = InMemoryManager.dualStack(1);
        NodeGauges.register(registry, new NodeHealth(manager), manager, Instant.EPOCH);
        return PrometheusText.parse(registry.scrape());
    }

    private static Stream<String> errors(Class<?> type) {
        Class<?>[] below = type.getPermittedSubclasses();
        return below == null
                ? Stream.of(type.getSimpleName())
                : Arrays.stream(below).flatMap(ExportedMetrics::errors);
    }
}

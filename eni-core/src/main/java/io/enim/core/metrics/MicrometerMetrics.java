// SPDX-License-Identifier: Apache-2.0
package io.enim.core.metrics;

import static java.util.Objects.requireNonNull;

import io.enim.EniMetrics;
import io.enim.EniState;
import io.enim.GcReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reports to a Micrometer registry: timers {@code enim.operation}, {@code enim.step} and {@code enim.cloud.call} by what
 * was done and its outcome, counters {@code enim.gc.findings} by kind and outcome and {@code enim.cloud.calls.held.back} by call,
 * gauges {@code enim.enis} by state and {@code enim.waiting}.
 * Names and tags come from fixed sets, so their number is bounded. Percentiles and histograms are the registry's to
 * configure. Safe for concurrent use; does not block.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which {@code eni-core} does not bring along.
 */
public final class MicrometerMetrics implements EniMetrics {
    private final MeterRegistry registry;
    private final Map<EniState, AtomicInteger> enis = new EnumMap<>(EniState.class);
    private final AtomicInteger waiting = new AtomicInteger();

    /** Over a registry, which stays the caller's. */
    @SuppressWarnings("exports") // A caller that has a registry has its module.
    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
        for (EniState state : EniState.values()) {
            AtomicInteger count = new AtomicInteger();
            enis.put(state, count);
            Gauge.builder("enim.enis", count, AtomicInteger::get)
                    .description("ENIs of this node, by state")
                    .tag("state", state.name())
                    .register(registry);
        }
        Gauge.builder("enim.waiting", waiting, AtomicInteger::get)
                .description("operations that wait for an ENI")
                .tag("operation", "ADD")
                .register(registry);
    }

    @Override
    public void operation(String operation, String outcome, Duration took) {
        time("enim.operation", "operations, by outcome", "operation", operation, outcome, took);
    }

    @Override
    public void step(String step, String outcome, Duration took) {
        time("enim.step", "steps of operations, by outcome", "step", step, outcome, took);
    }

    @Override
    public void cloudCall(String call, String outcome, Duration took) {
        time("enim.cloud.call", "calls to the cloud, by outcome", "call", call, outcome, took);
    }

    @Override
    public void cloudCallHeldBack(String call) {
        Counter.builder("enim.cloud.calls.held.back")
                .description("calls to the cloud that the node's own budget held back")
                .tags("call", call)
                .register(registry)
                .increment();
    }

    private void time(String name, String description, String key, String value, String outcome, Duration took) {
        Timer.Builder timer = Timer.builder(name).description(description).tags(key, value, "outcome", outcome);
        timer.register(registry).record(took);
    }

    @Override
    public void enis(Map<EniState, Integer> counts) {
        enis.forEach((state, count) -> count.set(counts.getOrDefault(state, 0)));
    }

    @Override
    public void waiting(int adds) {
        waiting.set(adds);
    }

    @Override
    public void finding(GcReport.Kind kind, GcReport.Outcome outcome) {
        Counter.builder("enim.gc.findings")
                .description("what garbage collection found")
                .tags("kind", kind.name(), "outcome", outcome.name())
                .register(registry)
                .increment();
    }
}

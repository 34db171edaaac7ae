package io.enim.examples.agent;

import io.enim.EniMetrics;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.examples.agent.cni.CniMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the manager and the CNI service tell and shows it in Prometheus' text form. Names and labels come from fixed sets, so their
 * number is bounded. Safe for concurrent use; counting takes no lock.
 */
final class PrometheusMetrics implements EniMetrics, CniMetrics {
    private final Map<String, Timer> cniCalls = new ConcurrentSkipListMap<>();
    private final Map<String, Timer> operations = new ConcurrentSkipListMap<>();
    private final Map<String, Timer> steps = new ConcurrentSkipListMap<>();
    private final Map<String, Timer> cloudCalls = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> findings = new ConcurrentSkipListMap<>();
    private volatile Map<EniState, Integer> enis = Map.of();

    @Override
    public void callAnswered(String command, int code, Duration took) {
        timer(cniCalls, "{command=\"" + command + "\",code=\"" + code + "\"}").record(took);
    }

    @Override
    public void operation(String operation, String outcome, Duration took) {
        timer(operations, labels("operation", operation, outcome)).record(took);
    }

    @Override
    public void step(String step, String outcome, Duration took) {
        timer(steps, labels("step", step, outcome)).record(took);
    }

    @Override
    public void cloudCall(String call, String outcome, Duration took) {
        timer(cloudCalls, labels("call", call, outcome)).record(took);
    }

    @Override
    public void enis(Map<EniState, Integer> counts) {
        enis = Map.copyOf(counts);
    }

    @Override
    public void finding(GcReport.Kind kind, GcReport.Outcome outcome) {
        findings.computeIfAbsent(labels("kind", kind.name(), outcome.name()), labels -> new LongAdder())
                .increment();
    }

    /** Everything counted so far. */
    String text() {
        StringBuilder text = new StringBuilder();
        timers(text, "enim_cni_call_seconds", "calls of the CNI plugin, by code; 0 is success", cniCalls);
        timers(text, "enim_operation_seconds", "operations, by outcome", operations);
        timers(text, "enim_step_seconds", "steps of operations, by outcome", steps);
        timers(text, "enim_cloud_call_seconds", "calls to the cloud, by outcome", cloudCalls);
        head(text, "enim_gc_findings_total", "what garbage collection found", "counter");
        findings.forEach((labels, count) -> line(text, "enim_gc_findings_total", labels, count.toString()));
        head(text, "enim_enis", "ENIs of this node, by state", "gauge");
        Map<EniState, Integer> counts = enis;
        for (EniState state : EniState.values()) {
            line(text, "enim_enis", "{state=\"" + state + "\"}", Integer.toString(counts.getOrDefault(state, 0)));
        }
        return text.toString();
    }

    private static Timer timer(Map<String, Timer> timers, String labels) {
        return timers.computeIfAbsent(labels, unused -> new Timer());
    }

    private static String labels(String name, String value, String outcome) {
        return "{" + name + "=\"" + value + "\",outcome=\"" + outcome + "\"}";
    }

    private static void timers(StringBuilder text, String name, String help, Map<String, Timer> timers) {
        head(text, name, help, "summary");
        timers.forEach((labels, timer) -> {
            line(text, name + "_count", labels, timer.count.toString());
            line(text, name + "_sum", labels, Double.toString(timer.nanos.sum() / 1e9));
        });
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, String value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }

    /** How often, and how long in all. */
    private static final class Timer {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void record(Duration took) {
            count.increment();
            nanos.add(took.toNanos());
        }
    }
}

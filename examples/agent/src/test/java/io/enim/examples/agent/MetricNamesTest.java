package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniState;
import io.enim.GcReport;
import io.enim.core.metrics.MicrometerMetrics;
import io.enim.examples.agent.cni.CniMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names, labels and types that dashboards and alerts rely on. */
class MetricNamesTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry);
    private final CniMetrics cni = CniMetrics.in(registry);

    /** The value of a sample whose labels are in alphabetical order, as this registry writes them. */
    private double sample(String name) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void everyNameCountsAndSumsWhatWasObserved() {
        cni.callAnswered("DEL", 0, Duration.ofMillis(500));
        cni.callAnswered("ADD", 11, Duration.ofMillis(500));
        metrics.operation("ADD", "ok", Duration.ofMillis(250));
        metrics.operation("ADD", "ok", Duration.ofMillis(500));
        metrics.operation("ADD", "NoEniAvailableException", Duration.ofMillis(1));
        metrics.step("move", "ok", Duration.ofMillis(125));
        metrics.cloudCall("create", "THROTTLED", Duration.ofSeconds(2));
        metrics.finding(GcReport.Kind.DEAD_ENDPOINT, GcReport.Outcome.DONE);
        metrics.enis(Map.of(EniState.READY, 3));
        Map.of(
                        "enim_cni_call_seconds_count{code='0',command='DEL'}", 1.0,
                        "enim_cni_call_seconds_sum{code='11',command='ADD'}", 0.5,
                        "enim_operation_seconds_count{operation='ADD',outcome='ok'}", 2.0,
                        "enim_operation_seconds_sum{operation='ADD',outcome='ok'}", 0.75,
                        "enim_operation_seconds_count{operation='ADD',outcome='NoEniAvailableException'}", 1.0,
                        "enim_step_seconds_sum{outcome='ok',step='move'}", 0.125,
                        "enim_cloud_call_seconds_sum{call='create',outcome='THROTTLED'}", 2.0,
                        "enim_gc_findings_total{kind='DEAD_ENDPOINT',outcome='DONE'}", 1.0,
                        "enim_enis{state='READY'}", 3.0)
                .forEach((name, value) ->
                        assertThat(sample(name.replace('\'', '"'))).as(name).isEqualTo(value));
        assertThat(registry.scrape()).contains("enim_enis{state=\"IN_USE\"} 0");
        assertThat(registry.scrape().lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) enim_[a-z_]+ .*")
                        || line.matches("enim_[a-z_]+\\{[^}]*} [0-9.E+-]+"))
                .contains(
                        "# TYPE enim_cni_call_seconds summary",
                        "# HELP enim_cni_call_seconds calls of the CNI plugin, by code; 0 is success",
                        "# TYPE enim_operation_seconds summary",
                        "# HELP enim_operation_seconds operations, by outcome",
                        "# TYPE enim_step_seconds summary",
                        "# HELP enim_step_seconds steps of operations, by outcome",
                        "# TYPE enim_cloud_call_seconds summary",
                        "# HELP enim_cloud_call_seconds calls to the cloud, by outcome",
                        "# TYPE enim_gc_findings_total counter",
                        "# HELP enim_gc_findings_total what garbage collection found",
                        "# TYPE enim_enis gauge",
                        "# HELP enim_enis ENIs of this node, by state");
    }
}

package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniState;
import io.enim.GcReport;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics();

    @Test
    void countsAndSumsWhatItHears() {
        metrics.callAnswered("DEL", 0, Duration.ofMillis(500));
        metrics.callAnswered("ADD", 11, Duration.ofMillis(500));
        metrics.operation("ADD", "ok", Duration.ofMillis(250));
        metrics.operation("ADD", "ok", Duration.ofMillis(500));
        metrics.operation("ADD", "NoEniAvailableException", Duration.ofMillis(1));
        metrics.step("move", "ok", Duration.ofMillis(125));
        metrics.cloudCall("create", "THROTTLED", Duration.ofSeconds(2));
        metrics.finding(GcReport.Kind.DEAD_ENDPOINT, GcReport.Outcome.DONE);
        metrics.enis(Map.of(EniState.READY, 3));
        assertThat(metrics.text())
                .contains("enim_cni_call_seconds_count{command=\"DEL\",code=\"0\"} 1\n")
                .contains("enim_cni_call_seconds_sum{command=\"ADD\",code=\"11\"} 0.5\n")
                .contains("enim_operation_seconds_count{operation=\"ADD\",outcome=\"ok\"} 2\n")
                .contains("enim_operation_seconds_sum{operation=\"ADD\",outcome=\"ok\"} 0.75\n")
                .contains("enim_operation_seconds_count{operation=\"ADD\",outcome=\"NoEniAvailableException\"} 1\n")
                .contains("enim_step_seconds_sum{step=\"move\",outcome=\"ok\"} 0.125\n")
                .contains("enim_cloud_call_seconds_sum{call=\"create\",outcome=\"THROTTLED\"} 2.0\n")
                .contains("enim_gc_findings_total{kind=\"DEAD_ENDPOINT\",outcome=\"DONE\"} 1\n")
                .contains("enim_enis{state=\"READY\"} 3\n")
                .contains("enim_enis{state=\"IN_USE\"} 0\n");
    }

    @Test
    void everyLineIsACommentOrASample() {
        metrics.operation("DEL", "ok", Duration.ZERO);
        assertThat(metrics.text().lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) enim_[a-z_]+ .*")
                        || line.matches("enim_[a-z_]+\\{[^}]*} [0-9.E+-]+"));
    }
}

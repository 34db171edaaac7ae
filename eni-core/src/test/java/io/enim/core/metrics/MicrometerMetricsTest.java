package io.enim.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport;
import io.enim.core.Enim;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MicrometerMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aManagersLifeIsCounted(@TempDir Path directory) {
        EniSettings settings = EniSettings.builder("node-1")
                .set(EniSetting.PROVIDER, "fake")
                .set(EniSetting.DEVICES, "memory")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .build();
        Endpoint web = Endpoint.of("default", "web", "c1");
        AddRequest request =
                AddRequest.forEndpoint(web).whenEmpty(AddRequest.WhenEmpty.WAIT).build();
        try (EniManager manager =
                Enim.builder(settings).metrics(new MicrometerMetrics(registry)).build()) {
            manager.add(request);
            manager.del(web);
            Awaitility.await()
                    .until(() -> registry.get("enim.enis").gauges().stream()
                                    .mapToDouble(gauge -> gauge.value())
                                    .sum()
                            >= 1);
        } // Closed, a manager has told all.
        assertThat(timed("enim.operation", "operation", "ADD")).isEqualTo(1);
        assertThat(timed("enim.operation", "operation", "DEL")).isEqualTo(1);
        assertThat(registry.get("enim.step").timers()).isNotEmpty();
        assertThat(registry.get("enim.cloud.call").timers()).isNotEmpty();
    }

    private long timed(String meter, String tag, String value) {
        return registry.get(meter).tag(tag, value).tag("outcome", "ok").timer().count();
    }

    @Test
    void findingsAreCountedByKindAndOutcome() {
        MicrometerMetrics metrics = new MicrometerMetrics(registry);
        metrics.finding(GcReport.Kind.DEAD_ENDPOINT, GcReport.Outcome.DONE);
        metrics.finding(GcReport.Kind.DEAD_ENDPOINT, GcReport.Outcome.DONE);
        assertThat(registry.get("enim.gc.findings")
                        .tag("kind", "DEAD_ENDPOINT")
                        .tag("outcome", "DONE")
                        .counter()
                        .count())
                .isEqualTo(2);
    }
}

package io.enim.core.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.NoEniAvailableException;
import io.enim.core.Enim;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager's operations as an SDK exports them. */
class OpenTelemetrySpansTest {
    @TempDir
    Path directory;

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private EniManager manager;

    @BeforeEach
    void start() {
        OpenTelemetry openTelemetry =
                OpenTelemetrySdk.builder().setTracerProvider(provider).build();
        manager = Enim.builder(EniSettings.fromMap(Map.of(
                        "enim.node", "node",
                        "enim.provider", "fake",
                        "enim.devices", "memory",
                        "enim.pool.min", "1",
                        "enim.pool.max", "1",
                        "enim.run-dir", directory.resolve("run").toString(),
                        "enim.state-dir", directory.resolve("state").toString())))
                .metrics(EniMetrics.both(EniMetrics.NONE, new OpenTelemetrySpans(openTelemetry)))
                .build();
        manager.awaitReady(Duration.ofMinutes(1));
    }

    @AfterEach
    void end() {
        manager.close();
        provider.close();
    }

    private Optional<SpanData> span(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst();
    }

    private List<SpanData> children(SpanData parent) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
                .toList();
    }

    @Test
    void anOperationIsASpanAndItsStepsAreItsChildren() {
        manager.add("shop", "cart");
        await().until(() -> span("ENIM ADD").isPresent());
        SpanData add = span("ENIM ADD").orElseThrow();
        assertThat(add.getParentSpanContext().isValid()).isFalse();
        assertThat(add.getAttributes().get(AttributeKey.stringKey("enim.endpoint.namespace")))
                .isEqualTo("shop");
        assertThat(add.getAttributes().get(AttributeKey.stringKey("enim.endpoint.name")))
                .isEqualTo("cart");
        assertThat(add.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(children(add))
                .extracting(SpanData::getName)
                .contains("ADD_CLAIM", "ADD_RECORD_INTENT", "ADD_RECORD_DONE");
        assertThat(children(add)).allSatisfy(step -> {
            assertThat(step.getTraceId()).isEqualTo(add.getTraceId());
            assertThat(step.getEndEpochNanos()).isGreaterThanOrEqualTo(step.getStartEpochNanos());
        });
    }

    @Test
    void whatFailedHasItsErrorAndSoHasTheStepThatDid() {
        manager.add("shop", "cart");
        assertThatThrownBy(() -> manager.add("shop", "more")).isInstanceOf(NoEniAvailableException.class);
        await().until(() -> exporter.getFinishedSpanItems().stream()
                .anyMatch(span ->
                        span.getName().equals("ENIM ADD") && span.getStatus().getStatusCode() == StatusCode.ERROR));
        List<SpanData> failed = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                .toList();
        assertThat(failed).extracting(SpanData::getName).contains("ENIM ADD", "ADD_CLAIM");
        assertThat(failed)
                .allSatisfy(span -> assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                        .isEqualTo("NoEniAvailableException"));
    }

    @Test
    void callsToTheCloudAreSpansOfAClient() {
        SpanData create = span("ENIM cloud create").orElseThrow();
        assertThat(create.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(create.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }
}

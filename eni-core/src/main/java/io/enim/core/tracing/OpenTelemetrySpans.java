// SPDX-License-Identifier: Apache-2.0
package io.enim.core.tracing;

import static java.util.Objects.requireNonNull;

import io.enim.EniMetrics;
import io.enim.OperationReport;
import io.enim.TimelineEntry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Reports each operation on an endpoint to OpenTelemetry: a span {@code ENIM ADD} with a child for each of its steps, and a span
 * {@code ENIM cloud create} for each call to the cloud. A span is made when what it shows has ended, with the times of then: so
 * nothing of it is on the way of an operation, and it has no parent in the caller's trace. Attributes: {@code enim.endpoint.namespace},
 * {@code .name}, {@code .container} and {@code .interface}; {@code error.type} is the outcome of what failed. Safe for concurrent
 * use; does not block.
 *
 * <p>Needs {@code io.opentelemetry:opentelemetry-api} on the class path, which {@code eni-core} does not bring along. Beside another
 * listener: {@link EniMetrics#both}.
 */
public final class OpenTelemetrySpans implements EniMetrics {
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("enim.endpoint.namespace");
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("enim.endpoint.name");
    private static final AttributeKey<String> CONTAINER = AttributeKey.stringKey("enim.endpoint.container");
    private static final AttributeKey<String> INTERFACE = AttributeKey.stringKey("enim.endpoint.interface");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final String OK = "ok";

    private final Tracer tracer;
    private final InstantSource clock;

    /** Over an SDK, which stays the caller's. */
    @SuppressWarnings("exports") // A caller that has an SDK has its module.
    public OpenTelemetrySpans(OpenTelemetry openTelemetry) {
        this(openTelemetry, InstantSource.system());
    }

    OpenTelemetrySpans(OpenTelemetry openTelemetry, InstantSource clock) {
        this.tracer = requireNonNull(openTelemetry, "openTelemetry").getTracer("io.enim");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public void ended(OperationReport operation) {
        SpanBuilder whole = tracer.spanBuilder("ENIM " + operation.operation())
                .setNoParent()
                .setAttribute(NAMESPACE, operation.endpoint().namespace())
                .setAttribute(NAME, operation.endpoint().name())
                .setAttribute(CONTAINER, operation.endpoint().containerId())
                .setAttribute(INTERFACE, operation.endpoint().interfaceName().toString());
        Span span = whole.setStartTimestamp(operation.began()).startSpan();
        Context inside = Context.root().with(span);
        operation.steps().forEach(step -> step(step, inside));
        end(span, operation.outcome(), operation.began().plus(operation.took()));
    }

    private void step(TimelineEntry step, Context inside) {
        Span span = tracer.spanBuilder(step.step())
                .setParent(inside)
                .setStartTimestamp(step.at())
                .startSpan();
        end(span, step.error().orElse(OK), step.at().plus(step.took()));
    }

    @Override
    public void cloudCall(String call, String outcome, Duration took) {
        Instant now = clock.instant();
        Span span = tracer.spanBuilder("ENIM cloud " + call)
                .setNoParent()
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(now.minus(took))
                .startSpan();
        end(span, outcome, now);
    }

    private static void end(Span span, String outcome, Instant at) {
        if (!outcome.equals(OK)) {
            span.setStatus(StatusCode.ERROR, outcome).setAttribute(ERROR_TYPE, outcome);
        }
        span.end(at);
    }
}

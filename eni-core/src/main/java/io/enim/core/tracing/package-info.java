/**
 * Operations as spans. Entry type: {@link io.enim.core.tracing.OpenTelemetrySpans}.
 */
@NullMarked
package io.enim.core.tracing;

import org.jspecify.annotations.NullMarked;

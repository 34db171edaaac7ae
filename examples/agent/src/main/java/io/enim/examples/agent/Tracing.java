// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import io.enim.EniMetrics;
import io.enim.core.tracing.OpenTelemetrySpans;
import io.opentelemetry.api.GlobalOpenTelemetry;

/** Spans for OpenTelemetry where its API is on the class path, which the agent does not bring along. */
final class Tracing {
    private static final String API = "io.opentelemetry.api.GlobalOpenTelemetry";

    private Tracing() {}

    /** These metrics, and spans to the SDK that is configured, if there is one. */
    static EniMetrics beside(EniMetrics metrics) {
        return isThere() ? EniMetrics.both(metrics, Global.spans()) : metrics;
    }

    private static boolean isThere() {
        try {
            Class.forName(API, false, Tracing.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Apart, since it is loaded only where its classes are. */
    private static final class Global {
        private Global() {}

        static EniMetrics spans() {
            return new OpenTelemetrySpans(GlobalOpenTelemetry.get());
        }
    }
}

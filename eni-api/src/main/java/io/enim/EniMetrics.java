// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import java.util.Map;

/**
 * Receives measurements, for any metrics system. Called on the thread that is measured: implementations return at once,
 * do not throw, and are safe for concurrent use. Every method does nothing unless overridden. An outcome is {@code ok},
 * or the simple name of the error's type unless the method says otherwise.
 */
public interface EniMetrics {
    /** Does nothing. */
    EniMetrics NONE = new EniMetrics() {};

    /**
     * An operation ended.
     *
     * @param operation {@code ADD}, {@code DEL}, {@code CHECK} or {@code GC}
     * @param took from the call to its answer
     */
    default void operation(String operation, String outcome, Duration took) {}

    /** A step of an operation ended; step names are from a fixed set. */
    default void step(String step, String outcome, Duration took) {}

    /**
     * A call to the cloud ended.
     *
     * @param call the call's name, like {@code create}
     * @param outcome {@code ok}, or the refusal's name
     * @param took how long it ran, without waiting for the rate limit
     */
    default void cloudCall(String call, String outcome, Duration took) {}

    /**
     * The number of ENIs in each state, as the pool knows it; absent means none. An ENI in quarantine with its endpoint
     * counts as in use here.
     */
    default void enis(Map<EniState, Integer> counts) {}

    /** Garbage collection had a finding. */
    default void finding(GcReport.Kind kind, GcReport.Outcome outcome) {}
}

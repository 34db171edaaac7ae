// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;

/**
 * Receives measurements, for any metrics system. Every method does nothing unless overridden. An outcome is {@code ok}, or
 * the simple name of the error's type unless the method says otherwise.
 *
 * <p><b>Threading.</b> A manager calls its listener on one thread of its own, which does nothing else, in the order of what was
 * measured and soon after it. One that serves several managers is safe for concurrent use. It should return soon: while it does
 * not, measurements wait, and {@link EniManager#health()} names it after ten seconds; beyond 10,000 that wait, later ones are
 * dropped and counted. What was measured is told before {@link EniManager#close()} returns, within {@code enim.close.timeout}.
 *
 * <p><b>Errors.</b> What it throws, an {@link Error} too, changes no outcome (P15): the first is logged, and health names the
 * latest until calls succeed again.
 */
public interface EniMetrics {
    /** Does nothing. */
    EniMetrics NONE = new EniMetrics() {};

    /** One listener that tells both, the first one first. */
    static EniMetrics both(EniMetrics first, EniMetrics second) {
        return new BothMetrics(requireNonNull(first, "first"), requireNonNull(second, "second"));
    }

    /** An operation on an endpoint ended, as {@link #operation} tells, with its endpoint and its steps: for traces. */
    default void ended(OperationReport operation) {}

    /**
     * An operation ended.
     *
     * @param operation {@code ADD}, {@code DEL}, {@code CHECK}, {@code GC} or {@code TAKE}
     * @param took from the call to its answer
     */
    default void operation(String operation, String outcome, Duration took) {}

    /** A step of an operation ended; step names are from a fixed set. {@code ADD_WAIT} is the whole wait of an ADD for an ENI. */
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
     * A call to the cloud was not made yet, because the node's own budget ({@code enim.pool.rate}) does not allow it now. Told each
     * time the call is considered and held back.
     *
     * @param call the call's name, like {@code create}
     */
    default void cloudCallHeldBack(String call) {}

    /**
     * The number of ENIs in each state, as the pool knows it; absent means none. An ENI in quarantine with its endpoint
     * counts as in use here.
     */
    default void enis(Map<EniState, Integer> counts) {}

    /** So many ADDs wait for an ENI from now on. */
    default void waiting(int adds) {}

    /** Garbage collection had a finding. */
    default void finding(GcReport.Kind kind, GcReport.Outcome outcome) {}
}

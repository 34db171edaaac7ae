// SPDX-License-Identifier: Apache-2.0
package io.enim;

/**
 * Is told what happens to endpoints and their ENIs, and when the manager's health changes. Every method does nothing unless
 * overridden.
 *
 * <p><b>Order.</b> For one endpoint the calls come in the order of what happened: {@code assigned} and {@code quarantined}
 * when they become true, and {@code released} once after either. What a manager finds when it starts was told by the one
 * before; read {@link EniManager#assignments()} then.
 *
 * <p><b>Threading.</b> A manager calls its listener on one thread of its own, which does nothing else, so calls do not
 * overlap. They come soon after the fact, and operations do not wait for them. The listener may call the manager, except
 * {@link EniManager#close()}. It should return soon: while it does not, events wait, and {@link EniManager#health()} names it
 * after ten seconds; beyond 10,000 that wait, later ones are dropped, which is logged.
 *
 * <p><b>Errors.</b> What it throws, an {@link Error} too, changes no outcome (P15): the first is logged, and health names the
 * latest until calls succeed again.
 *
 * <p><b>Close.</b> Events of the operations that ended are told before {@link EniManager#close()} returns, within
 * {@code enim.close.timeout}.
 */
public interface LifecycleListener {
    /** The endpoint holds an ENI, and its ADD is done. Told once, however often the ADD is repeated. */
    default void assigned(Assignment assignment) {}

    /**
     * The endpoint no longer holds the ENI, whose device was verified on the host, or which is lost. The ENI is free soon
     * after, when the provider has it and its cooldown is over.
     *
     * @param assignment the last one that was told
     */
    default void released(Assignment assignment) {}

    /**
     * The endpoint has ended, and keeps its ENI because the device could not be verified on the host, clean; garbage collection
     * keeps trying. Told once, until it is released or assigned again.
     *
     * @param assignment its {@linkplain Assignment#reason() reason} says what is wrong
     */
    default void quarantined(Assignment assignment) {}

    /**
     * The status of the manager's health is another one than a second ago. Reasons that change while the status stays are not
     * told.
     */
    default void healthChanged(Health before, Health now) {}
}

/**
 * The pool of ENIs over an {@link io.enim.provider.EniCloud}. Entry: {@link io.enim.core.internal.pool.EniPool}.
 *
 * <p><b>How it works.</b> Nothing is a script that could be cut in half. For each ENI the pool knows what is desired and
 * what the cloud last said; each round compares the two and takes the one next action, see {@code EniTransitions}. A step
 * that failed, was lost, or was cut off by a crash is found again as a difference. What must survive a crash, the intents to
 * provision (with the client token) and to retire, is on disk before the cloud is asked.
 *
 * <p><b>Packages.</b> {@code EniPool} faces the callers. Below it, {@code sizing} decides how many ENIs there are,
 * {@code orphan} deletes or reuses those that nothing needs, {@code reconcile} takes the next step of each, and
 * {@code cooldown} says when a released one is offered again; {@code model} is what the pool knows; {@code throttle} says
 * whether a cloud call may be made now; {@code store} is what survives a restart; {@code loop} runs rounds and off-loop
 * work. Each knows only those after it; the architecture test has every arrow.
 *
 * <p><b>Threads.</b> Rounds run one at a time on the scheduler and never block: what blocks (cloud, devices, disk) runs
 * on the executor, under a time limit, in methods named {@code ...OffLoop}; its result is a message to the next round, to a
 * method named {@code on...}. All bookkeeping is confined to the loop, so it needs no lock. {@code allocateNextEni} is a
 * compare-and-set in the allocator; {@code deallocateEni} writes one small record (the cooldown) on the caller's thread,
 * holding no lock.
 *
 * <p><b>Invariants.</b> Nothing is offered before the first successful describe and before what the ledger holds was
 * adopted. An ENI is offered only if the cloud says that it is attached here and its device was found on the host, clean.
 * Each change is followed by a describe before the next change of the same ENI. Only ENIs with our owner tag are ever
 * detached or deleted, and deleted only after a describe that found them attached to nothing. Absence counts after two
 * describes.
 *
 * <p>Not promised: fairness between endpoints that wait, and which free ENI an endpoint gets.
 */
@NullMarked
package io.enim.core.internal.pool;

import org.jspecify.annotations.NullMarked;

/**
 * The pool of ENIs over an {@link io.enim.provider.EniCloud}. Entry: {@link io.enim.core.internal.pool.EniPool}.
 *
 * <p><b>How it works.</b> Nothing is a script that could be cut in half. For each ENI the pool knows what it wants of it
 * (serve, or go) and what the cloud last said of it; each round looks at the difference and takes the one next step.
 * A step that failed, was lost, or was cut off by a crash is found again as a difference. What must not be forgotten in
 * between, the wish to create with its client token and the wish to retire, is on disk before the cloud hears of it.
 *
 * <p><b>Threads.</b> Rounds run one at a time on the scheduler and never block: what blocks (cloud, devices, disk) runs
 * on the executor, under a time limit, and comes back as a message to the next round. All bookkeeping belongs to the
 * rounds, so it needs no lock. {@code allocateNextEni} is a compare-and-set in the allocator and talks to nobody;
 * {@code deallocateEni} writes one small record (the cooldown) on the caller's thread, holding nothing.
 *
 * <p><b>Invariants.</b> Nothing is offered before the cloud was heard once and what the ledger holds was adopted. An ENI
 * is offered only if the cloud says that it is attached here and its device was seen at home, clean. Each change is
 * followed by a look at the cloud before the next change of the same ENI. Only ENIs with our mark are ever detached or
 * deleted, and deleted only after a look that found them attached to nothing. Absence counts after two looks.
 *
 * <p>Not promised: fairness between endpoints that wait, and which free ENI an endpoint gets.
 */
@NullMarked
package io.enim.core.internal.pool;

import org.jspecify.annotations.NullMarked;

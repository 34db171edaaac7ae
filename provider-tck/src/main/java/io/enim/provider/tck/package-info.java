/**
 * The tests a vendor runs to prove a provider. Begin at {@link io.enim.provider.tck.EniCloudKit} for an
 * {@link io.enim.provider.EniCloud}, or at {@link io.enim.provider.tck.EniProviderKit} for a whole
 * {@link io.enim.provider.EniProvider}: extend it, say how one is made, run it with JUnit.
 *
 * <p>A test is named after the rule it checks, as numbered in the javadoc of the interface; a failure names the rule, what
 * was observed, and what to check.
 *
 * <p><b>Threads.</b> A kit runs its tests one after another, and inside a test calls from several threads.
 *
 * <p><b>Invariants.</b> A kit changes only ENIs that it created, under owner tags that no two tests share, and deletes them
 * again. It waits for conditions, with a time limit, never for an amount of time.
 *
 * <p><b>Strength.</b> {@code required_} tests run on any cloud. {@code optional_} ones need something more from the vendor,
 * like a {@link io.enim.provider.tck.FaultInjector} at the cloud's side; without it they are skipped, and say so.
 *
 * <p><b>Not promised.</b> Every one of the cloud's error codes, and fields that it may add, are for the vendor's own tests
 * with recorded answers: the kit sees the classes of CLD-40 and PRV-32, not the codes behind them.
 */
@NullMarked
package io.enim.provider.tck;

import org.jspecify.annotations.NullMarked;

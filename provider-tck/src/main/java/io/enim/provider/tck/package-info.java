/**
 * The tests a vendor runs to prove a provider. Begin at {@link io.enim.provider.tck.EniCloudKit} for an
 * {@link io.enim.provider.EniCloud}, or at {@link io.enim.provider.tck.EniProviderKit} for a whole
 * {@link io.enim.provider.EniProvider}: extend it, say how one is made, run it with JUnit.
 *
 * <p>A test is named after the rule it checks, as numbered in the javadoc of the interface; a failure says the rule, what
 * was seen, and what to look at.
 *
 * <p><b>Threads.</b> A kit runs its tests one after another, and inside a test calls from several threads.
 *
 * <p><b>Invariants.</b> A kit changes only what it made itself, under marks that no two tests share, and removes it again.
 * It waits for conditions, with a deadline, never for an amount of time.
 *
 * <p><b>Not promised.</b> Rules that need the cloud's help to break it are not seen through the interface: CLD-03 (unknown
 * statuses), CLD-40 and PRV-32 (the classes of errors) are for the vendor's own tests.
 */
@NullMarked
package io.enim.provider.tck;

import org.jspecify.annotations.NullMarked;

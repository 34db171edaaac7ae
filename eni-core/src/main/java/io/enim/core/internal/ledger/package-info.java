/**
 * The node's record of assignments. Entry: {@link io.enim.core.internal.ledger.Ledger}.
 *
 * <p>One file per assignment in the run directory, replaced by rename: after the death of the process each assignment
 * is there as it was last written, whole. Assignments end with the boot; records of an earlier boot are set aside.
 * Reads answer from memory. Writes of different endpoints do not wait for each other; writes of one endpoint are
 * ordered by the per-endpoint executor, not here.
 *
 * <p>Not promised: durability over a crash of the machine. No sandbox survives that either.
 */
@NullMarked
package io.enim.core.internal.ledger;

import org.jspecify.annotations.NullMarked;

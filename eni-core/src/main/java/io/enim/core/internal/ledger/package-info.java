/**
 * The node's record of assignments. Entry: {@link io.enim.core.internal.ledger.Ledger}.
 *
 * <p>After the death of the process each assignment is there as it was last written, whole. Writes of one endpoint are
 * ordered by the per-endpoint executor, not here. Not promised: durability over a crash of the machine. No sandbox
 * survives that either.
 */
@NullMarked
package io.enim.core.internal.ledger;

import org.jspecify.annotations.NullMarked;

/**
 * The life of an assignment: {@link io.enim.core.internal.operation.AddOperation} begins it,
 * {@link io.enim.core.internal.operation.ReleaseOperation} ends it. Both run in the lane of their endpoint.
 *
 * <p><b>Invariants.</b> What happens to a device is in the ledger before it happens. An ENI is handed back to the
 * provider only after its device was verified at home, and after its record was removed.
 */
@NullMarked
package io.enim.core.internal.operation;

import org.jspecify.annotations.NullMarked;

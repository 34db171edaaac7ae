/**
 * The operations on one endpoint: {@link io.enim.core.internal.operation.AddOperation},
 * {@link io.enim.core.internal.operation.CheckOperation} and {@link io.enim.core.internal.operation.ReleaseOperation}.
 * Each runs on a worker thread, in the order of its endpoint's operations.
 *
 * <p><b>Invariants.</b> What happens to a device is in the ledger before it happens. An ENI is released to the provider
 * only after its device was verified on the host, and after its record was removed.
 */
@NullMarked
package io.enim.core.internal.operation;

import org.jspecify.annotations.NullMarked;

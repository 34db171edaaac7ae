/**
 * Order within an endpoint, parallelism between endpoints, and deadlines. Entry:
 * {@link io.enim.core.internal.exec.PerEndpointExecutor}. The caller waits for the answer of its operation no longer than
 * its deadline, even if the worker hangs. No lock is held while an operation runs.
 *
 * <p>Core has its threads, waits, elapsed time and random numbers from an {@link io.enim.core.internal.exec.Execution}, and
 * from nowhere else ({@code ExecutionSourceTest}).
 */
@NullMarked
package io.enim.core.internal.exec;

import org.jspecify.annotations.NullMarked;

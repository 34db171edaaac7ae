/**
 * Order within an endpoint, parallelism between endpoints, and deadlines. Entry:
 * {@link io.enim.core.internal.exec.PerEndpointExecutor}.
 *
 * <p>Each operation runs on a worker thread, one at a time for each endpoint, in the order of submission. The caller waits
 * for the answer no longer than its deadline, even if the worker hangs. No lock is held while an operation runs.
 */
@NullMarked
package io.enim.core.internal.exec;

import org.jspecify.annotations.NullMarked;

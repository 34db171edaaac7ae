/**
 * Order within an endpoint, parallelism between endpoints, and deadlines. Entry: {@link io.enim.core.internal.exec.PerEndpointExecutor}.
 *
 * <p>Each operation runs on a worker thread, in the lane of its endpoint: a lane runs one operation at a time, in the
 * order they came. The caller waits for the answer no longer than its deadline, whatever the worker is stuck in. No lock
 * is held while an operation runs.
 */
@NullMarked
package io.enim.core.internal.exec;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniMetrics;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.step.TimelineRecorder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One operation on an endpoint, for a caller that waits or for one that gets a future; logged and measured once.
 *
 * @param detail the answer in words; empty if there was nothing to do, which is logged at DEBUG
 * @param superseded the earlier tasks of its endpoint that it ends
 */
record Operation<T>(
        EndpointTask<T> task,
        Function<T, String> detail,
        Predicate<EndpointTask<?>> superseded,
        PerEndpointExecutor executor,
        TimelineRecorder timelines,
        EniMetrics metrics,
        long began) {
    private static final SafeLogger LOG = SafeLogger.of("io.enim.operations");

    T run() {
        submit();
        return await();
    }

    /** Queues it; {@link #await} has its answer. */
    void submit() {
        try {
            executor.submitSuperseding(task, superseded);
        } catch (RuntimeException | Error e) {
            ended(null, e);
            throw e;
        }
    }

    /** Waits for the answer until the deadline. */
    T await() {
        try {
            T answer = task.await();
            ended(answer, null);
            return answer;
        } catch (RuntimeException | Error e) {
            ended(null, e);
            throw e;
        }
    }

    /** Queues it for a caller that has no thread waiting, which gets each error through the future. */
    CompletableFuture<T> start() {
        try {
            return executor.start(task, superseded, this::ended);
        } catch (RuntimeException | Error e) {
            ended(null, e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private void ended(@Nullable T answer, @Nullable Throwable error) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        String outcome = error == null ? "ok" : error.getClass().getSimpleName();
        metrics.operation(task.name(), outcome, took);
        if (metrics != EniMetrics.NONE) {
            metrics.ended(timelines.report(task, outcome, took));
        }
        if (answer != null) {
            String words = detail.apply(answer);
            if (words.isEmpty()) {
                LOG.debug("{} ok in {} ms: nothing to do", task, took.toMillis());
            } else {
                LOG.info("{} ok in {} ms: {}", task, took.toMillis(), words);
            }
        } else if (error != null) {
            LOG.info("{} failed in {} ms: {}", task, took.toMillis(), error.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.Execution;
import io.enim.spi.Liveness;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A source of liveness that cannot stop garbage collection (P15): its answer is waited for a limited time, and while a
 * question hangs that was interrupted, no further one is asked. Safe for concurrent use.
 */
final class BoundedLiveness implements Liveness, AutoCloseable {
    /** As many as garbage collection ends at once, and its own. */
    private static final int AT_ONCE = 17;

    private final Liveness source;
    private final Execution execution;
    private final ExecutorService executor;
    private final Duration timeout;
    private final AtomicInteger hanging = new AtomicInteger();

    BoundedLiveness(Liveness source, Execution execution, Duration timeout, ThreadFactory threads) {
        this.source = source;
        this.execution = execution;
        this.timeout = timeout;
        this.executor = execution.pool(AT_ONCE, threads);
    }

    private final class Question implements Callable<Verdict> {
        private final Assignment assignment;
        private boolean ended;
        private boolean overdue;

        Question(Assignment assignment) {
            this.assignment = assignment;
        }

        @Override
        public Verdict call() {
            try {
                return source.assess(assignment);
            } finally {
                end();
            }
        }

        private synchronized void end() {
            ended = true;
            if (overdue) {
                hanging.decrementAndGet();
            }
        }

        synchronized void expire() {
            if (!ended) {
                overdue = true;
                hanging.incrementAndGet();
            }
        }
    }

    /** Throws when there is no answer, which is an unknown. */
    @Override
    public Verdict assess(Assignment assignment) {
        if (hanging.get() > 0) {
            throw late(assignment, "an earlier question to it still hangs", null);
        }
        Question question = new Question(assignment);
        Future<Verdict> answer = executor.submit(question);
        try {
            return execution.await(answer, timeout);
        } catch (TimeoutException e) {
            question.expire();
            throw late(assignment, "it is not asked again before this question has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw late(assignment, "the caller was interrupted", e);
        } catch (ExecutionException e) {
            throw EndpointTask.rethrown(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** That questions hang, if any do. Does not block. */
    Stream<String> problems() {
        int now = hanging.get();
        return now == 0
                ? Stream.empty()
                : Stream.of("liveness: " + now + " questions to "
                        + source.getClass().getName() + " hang for longer than " + timeout.toMillis()
                        + " ms though they were interrupted; it is not asked until they end");
    }

    private DeadlineExceededException late(Assignment assignment, String detail, @Nullable Throwable cause) {
        return new DeadlineExceededException(
                "ask " + source.getClass().getName() + " whether " + assignment.endpoint() + " lives",
                timeout,
                detail,
                cause);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

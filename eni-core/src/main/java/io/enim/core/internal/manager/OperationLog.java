package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniMetrics;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one log line and one measurement for each operation, whether it succeeds or fails. Safe for concurrent use. */
final class OperationLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.enim.operations");

    private final EniMetrics metrics;

    OperationLog(EniMetrics metrics) {
        this.metrics = metrics;
    }

    <T> T observe(String operation, Endpoint endpoint, Function<T, String> detail, Supplier<T> work) {
        long began = System.nanoTime();
        try {
            T result = work.get();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            metrics.operation(operation, "ok", took);
            LOG.info("{} {} ok in {} ms: {}", operation, endpoint, millis(took), detail.apply(result));
            return result;
        } catch (EniException e) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            metrics.operation(operation, e.getClass().getSimpleName(), took);
            LOG.info("{} {} failed in {} ms: {}", operation, endpoint, millis(took), e.getMessage());
            throw e;
        }
    }

    static String eni(Assignment assignment) {
        return assignment.eni().id() + " " + assignment.eni().mac();
    }

    void closed(boolean drained, int unfinished) {
        if (drained) {
            LOG.info("closed; all operations had ended");
        } else {
            LOG.warn("closed with {} operations still running; the next manager finishes them", unfinished);
        }
    }

    private static String millis(Duration took) {
        return Long.toString(took.toMillis());
    }
}

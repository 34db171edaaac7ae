// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Heartbeat;
import io.enim.core.internal.exec.Execution;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the device layer tells about its threads. It is foreign code: a question that fails or hangs is itself told, holds up
 * a caller for one second at most, and no further one is asked while it hangs (P15). Safe for concurrent use.
 */
final class DeviceHeartbeats implements AutoCloseable {
    private static final String NAME = "the device layer's heartbeats";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final NetworkDevices devices;
    private final Execution execution;
    private final ScheduledExecutorService executor;
    private @Nullable Question latest;

    DeviceHeartbeats(NetworkDevices devices, Execution execution, ThreadFactory threads) {
        this.devices = devices;
        this.execution = execution;
        this.executor = execution.scheduler(1, threads);
    }

    private record Question(Future<List<Heartbeat>> answer, long began) {}

    /** Tells nothing when this is closed. */
    Stream<Heartbeat> ask() {
        Question question;
        try {
            question = question();
        } catch (RejectedExecutionException closed) {
            return Stream.empty();
        }
        try {
            return execution.await(question.answer(), PATIENCE).stream();
        } catch (CancellationException closed) {
            return Stream.empty(); // A scheduler that is closed meanwhile cancels what it has just accepted.
        } catch (TimeoutException e) {
            return Stream.of(told("does not answer", question, true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Stream.of(told("not waited for: the caller was interrupted", question, false));
        } catch (ExecutionException e) {
            return Stream.of(told("failed with " + e.getCause(), question, true));
        }
    }

    /** The one that is under way, or a new one. */
    private synchronized Question question() {
        Question question = latest;
        if (question == null || question.answer().isDone()) {
            question = new Question(
                    executor.schedule(() -> List.copyOf(devices.heartbeats()), 0, TimeUnit.NANOSECONDS),
                    execution.nanoTime());
            latest = question;
        }
        return question;
    }

    private Heartbeat told(String what, Question question, boolean standsStill) {
        Duration age = Duration.ofNanos(execution.nanoTime() - question.began());
        return new Heartbeat(Heartbeat.Kind.CALL, NAME, what, age, standsStill);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

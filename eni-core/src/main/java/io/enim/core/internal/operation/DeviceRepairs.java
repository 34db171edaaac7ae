// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.DeviceException;
import io.enim.core.internal.exec.EndpointTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The repairs of free ENIs' devices that garbage collection is making. An endpoint without a sandbox uses its device on the
 * host from the end of its ADD on, so a repair must have ended by then, and none may begin. Safe for concurrent use.
 *
 * <p>Why that holds: a repair is first announced here, and then the ENI is seen to be free. If it was, it is claimed later,
 * and the ADD, which looks here after its claim, waits. If it was claimed before, it is not seen to be free.
 */
public final class DeviceRepairs {
    private final ConcurrentHashMap<String, CompletableFuture<String>> running = new ConcurrentHashMap<>();

    /** Announces a repair of the ENI's device while the work looks whether the ENI is free, and repairs. For one thread. */
    public <T> T announcing(String eniId, Supplier<T> work) {
        CompletableFuture<String> end = new CompletableFuture<>();
        running.put(eniId, end);
        try {
            return work.get();
        } finally {
            running.remove(eniId);
            end.complete(eniId);
        }
    }

    /**
     * Returns when no repair of the ENI's device is running that could have found the ENI free before its claim.
     *
     * @throws DeviceException it did not end within the deadline of the task
     */
    void awaitEnd(String eniId, EndpointTask<?> task) {
        CompletableFuture<String> repair = running.get(eniId);
        if (repair == null) {
            return;
        }
        task.interruptibly(() -> {
            try {
                return task.deadline().await(repair);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return eniId;
            } catch (TimeoutException | ExecutionException e) {
                throw new DeviceException(
                        DeviceException.Kind.TIMEOUT,
                        "add " + task.endpoint() + ": await the repair of the device of",
                        eniId,
                        "garbage collection is repairing it, and did not end in time; try again");
            }
        });
        task.checkpoint(); // an interrupt is a cancellation, whose reason this throws
    }
}

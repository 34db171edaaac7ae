// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Eni;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Claims an ENI for an endpoint, and waits for one if the request says so. Safe for concurrent use. */
public record EniClaim(EniProvider provider, AvailabilitySignal availability) {
    /**
     * Blocks until the endpoint has an ENI or the task's deadline is near.
     *
     * @throws NoEniAvailableException no ENI is free
     */
    Eni claim(AddRequest request, EndpointTask<?> task) {
        while (true) {
            CompletableFuture<Boolean> change = availability.nextChange();
            try {
                return task.interruptibly(() -> provider.allocateNextEni(request.endpoint()));
            } catch (NoEniAvailableException e) {
                if (request.whenEmpty() == WhenEmpty.FAIL) {
                    throw e;
                }
                awaitFreeEni(task, change, e);
            }
        }
    }

    private void awaitFreeEni(EndpointTask<?> task, CompletableFuture<Boolean> change, NoEniAvailableException none) {
        Duration left = Deadline.lessReportingTime(task.deadline().remaining());
        if (left.isZero()) {
            throw none;
        }
        Deadline wait = task.deadline().startAgain(Deadline.min(left, none.retryAfter()));
        task.interruptibly(() -> {
            availability.await(change, wait);
            return true;
        });
        task.checkpoint(); // an interrupt is a cancellation, whose reason this throws
    }
}

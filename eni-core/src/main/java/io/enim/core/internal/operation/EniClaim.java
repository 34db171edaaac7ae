// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Eni;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Claims an ENI for an endpoint, and waits for one if the request says so. Safe for concurrent use. */
public record EniClaim(EniProvider provider, AvailabilitySignal availability) {
    /**
     * Claims one now.
     *
     * @throws NoEniAvailableException no ENI is free, and the request does not wait, or its time is nearly over
     * @throws io.enim.core.internal.exec.Suspension the request waits for an ENI
     */
    Eni claim(AddRequest request, EndpointTask<?> task, StepRunner steps) {
        CompletableFuture<Boolean> change = availability.nextChange();
        try {
            Eni eni = steps.call(
                    Step.ADD_CLAIM, () -> task.interruptibly(() -> provider.allocateNextEni(request.endpoint())));
            task.resumed();
            return eni;
        } catch (NoEniAvailableException e) {
            if (request.whenEmpty() == WhenEmpty.FAIL) {
                throw e;
            }
            Duration waited = task.deadline().timeout();
            NoEniAvailableException inVain =
                    new NoEniAvailableException(request.endpoint(), e.counts(), e.retryAfter(), waited);
            Duration left = Deadline.lessReportingTime(task.deadline().remaining());
            if (left.isZero()) {
                throw inVain;
            }
            throw task.suspended(change, Deadline.min(left, e.retryAfter()), inVain);
        }
    }
}

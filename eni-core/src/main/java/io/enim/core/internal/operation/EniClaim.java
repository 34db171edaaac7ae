// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Eni;
import io.enim.LinkOptions;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.operation.AvailabilitySignal.Waiter;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Claims an ENI for an endpoint, and waits for one if the request says so. Safe for concurrent use.
 *
 * @param nodeMtu the MTU of devices in sandboxes where neither the request nor the cloud says one; empty leaves their own
 */
public record EniClaim(EniProvider provider, AvailabilitySignal availability, OptionalInt nodeMtu) {
    /** An ADD that comes behind others asks after this time at the latest: it may hold an ENI already. */
    private static final Duration FIRST_QUESTION = Duration.ofSeconds(1);

    private static final String BEHIND_OTHERS = "others wait for one too, and were first";

    /**
     * Claims one now.
     *
     * @throws NoEniAvailableException no ENI is free, and the request does not wait, or its time is nearly over
     * @throws io.enim.core.internal.exec.Suspension the request waits for an ENI
     */
    Eni claim(AddRequest request, EndpointTask<?> task, StepRunner steps) {
        if (request.whenEmpty() == WhenEmpty.FAIL) {
            return allocate(request, task, steps);
        }
        boolean isNew = !availability.contains(task);
        Waiter waiter = availability.join(task);
        boolean canWait = task.deadline().remaining().compareTo(FIRST_QUESTION.multipliedBy(2)) > 0;
        if (isNew && canWait && availability.isBehindOthers(task)) {
            throw suspended(
                    task,
                    waiter,
                    FIRST_QUESTION,
                    NoEniAvailableException.uncounted(request.endpoint(), BEHIND_OTHERS, FIRST_QUESTION));
        }
        try {
            Eni eni = allocate(request, task, steps);
            availability.leave(task, true);
            task.resumed();
            return eni;
        } catch (NoEniAvailableException e) {
            throw suspended(task, waiter, e.retryAfter(), e);
        }
    }

    /** How a claimed ENI's device is set up; without an MTU in the request, the cloud's for this ENI, then the node's. */
    LinkOptions link(AddRequest request, Eni eni) {
        LinkOptions asked = request.link();
        return asked.mtu().isPresent() ? asked : asked.withMtu(eni.mtu().isPresent() ? eni.mtu() : nodeMtu);
    }

    private Eni allocate(AddRequest request, EndpointTask<?> task, StepRunner steps) {
        try {
            return steps.call(
                    Step.ADD_CLAIM, () -> task.interruptibly(() -> provider.allocateNextEni(request.endpoint())));
        } catch (NoEniAvailableException e) {
            availability.missed(request.endpoint());
            throw e;
        }
    }

    private RuntimeException suspended(
            EndpointTask<?> task, Waiter waiter, Duration longest, NoEniAvailableException none) {
        NoEniAvailableException inVain = none.afterWaiting(task.deadline().timeout());
        Duration left = Deadline.lessReportingTime(task.deadline().remaining());
        availability.waits(waiter);
        return left.isZero() ? inVain : task.suspended(waiter.turn(), Deadline.min(left, longest), inVain);
    }
}

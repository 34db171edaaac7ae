// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Endpoint;
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
    /**
     * An ADD that comes behind others asks after this time at the latest: it may hold an ENI already, and a provider need not be
     * able to tell.
     */
    private static final Duration FIRST_QUESTION = Duration.ofSeconds(1);

    /** What remains of an ADD's time for its other steps: one that has waited asks for the last time before it. */
    private static final Duration FOR_OTHER_STEPS = Duration.ofSeconds(1);

    /**
     * Claims one now. One that became free is for the ADD that has waited longest: another one, which does not wait, gets it only
     * when none does.
     *
     * @throws NoEniAvailableException no ENI is free, and the request does not wait, or its time is nearly over
     * @throws io.enim.core.internal.exec.Suspension the request waits for an ENI
     */
    Eni claim(AddRequest request, EndpointTask<?> task, StepRunner steps) {
        Endpoint endpoint = request.endpoint();
        if (request.whenEmpty() == WhenEmpty.FAIL) {
            int waiting = availability.count();
            if (waiting > 0 && !request.wish().isRequired() && !provider.demand(endpoint)) {
                availability.missed(endpoint);
                throw behind(endpoint, waiting);
            }
            return allocate(request, task, steps);
        }
        boolean isNew = !availability.contains(task);
        Waiter waiter = availability.join(task, request.wish().isRequired());
        if (isNew && availability.isBehindOthers(task) && !provider.demand(endpoint)) {
            throw suspended(task, waiter, FIRST_QUESTION, behind(endpoint, availability.count()));
        }
        try {
            return allocate(request, task, steps);
        } catch (NoEniAvailableException e) {
            throw suspended(task, waiter, e.retryAfter(), e);
        }
    }

    private static NoEniAvailableException behind(Endpoint endpoint, int waiting) {
        return NoEniAvailableException.uncounted(
                endpoint, "ADDs that wait have what becomes free: " + waiting, FIRST_QUESTION);
    }

    /** How a claimed ENI's device is set up; without an MTU in the request, the cloud's for this ENI, then the node's. */
    LinkOptions link(AddRequest request, Eni eni) {
        LinkOptions asked = request.link();
        return asked.mtu().isPresent() ? asked : asked.withMtu(eni.mtu().isPresent() ? eni.mtu() : nodeMtu);
    }

    private Eni allocate(AddRequest request, EndpointTask<?> task, StepRunner steps) {
        try {
            return steps.call(Step.ADD_CLAIM, () -> {
                Eni eni = task.interruptibly(() -> allocate(request));
                availability.leave(task, "ok");
                task.resumed();
                return eni;
            });
        } catch (NoEniAvailableException e) {
            if (!request.wish().isRequired()) {
                availability.missed(request.endpoint());
            }
            throw e;
        }
    }

    private Eni allocate(AddRequest request) {
        return request.wish().isEmpty()
                ? provider.allocateNextEni(request.endpoint())
                : provider.allocateEni(request.endpoint(), request.wish());
    }

    private RuntimeException suspended(
            EndpointTask<?> task, Waiter waiter, Duration longest, NoEniAvailableException none) {
        Deadline deadline = task.deadline();
        Duration forOtherSteps = Deadline.min(deadline.timeout().dividedBy(10), FOR_OTHER_STEPS);
        Duration left = deadline.remaining().minus(forOtherSteps);
        NoEniAvailableException inVain = none.afterWaiting(deadline.timeout().minus(forOtherSteps));
        if (left.isNegative() || left.isZero()) {
            return inVain;
        }
        availability.waits(task, String.valueOf(none.getMessage()));
        return task.suspended(waiter.turn(), Deadline.min(left, longest), inVain);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Eni;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.ledger.UnreadableAssignment;
import io.enim.core.internal.operation.ReleaseOperation.End;
import io.enim.core.internal.operation.ReleaseOperation.Reach;
import io.enim.core.internal.operation.ReleaseOperation.Result;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends an assignment whose record cannot be read. Its placeholder gets a record of the ENI as the provider lists it; from
 * there on it is released, or kept in quarantine, as any other. Runs in the order of the placeholder's operations.
 *
 * @param listing lists the provider's ENIs, within a time limit
 */
public record UnreadableRelease(
        Ledger ledger,
        DeviceBaselines baselines,
        Supplier<List<Eni>> listing,
        ReleaseOperation release,
        InstantSource clock) {
    /**
     * Releases the ENI.
     *
     * @throws io.enim.EniException nothing was begun
     */
    public Result run(UnreadableAssignment held, StepRunner steps, Duration timeout) {
        Optional<Eni> eni = held.eniId()
                .flatMap(id -> listing.get().stream()
                        .filter(listed -> listed.id().equals(id))
                        .findAny());
        if (eni.isEmpty()) {
            steps.run(Step.DEL_FORGET, () -> ledger.forget(held));
            release.releaseUnrecorded(held.placeholder(), steps);
            return new Result(End.FREED, "the provider lists no ENI of the record that cannot be read");
        }
        Assignment assignment = new Assignment(
                held.placeholder(),
                eni.get().heldBy(held.placeholder()),
                Phase.DELETING,
                Optional.empty(),
                baselines.get(eni.get().mac()),
                List.of(),
                Map.of(),
                clock.instant(),
                held.toString());
        steps.run(Step.DEL_RECORD_INTENT, () -> {
            ledger.put(assignment);
            ledger.forget(held);
        });
        return release.run(assignment, steps, timeout, Reach.ANYWHERE);
    }
}

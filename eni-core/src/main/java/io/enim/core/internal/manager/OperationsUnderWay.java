// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.OperationStatus;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.AvailabilitySignal.Waiting;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The operations that have not ended, with the places of those that wait for an ENI. Safe for concurrent use; does not block. */
record OperationsUnderWay(PerEndpointExecutor executor, AvailabilitySignal availability) {
    /** Those that run first, then those that wait, then those that have not begun. */
    private static final Comparator<OperationStatus> ORDER = Comparator.<OperationStatus>comparingInt(
                    operation -> switch (operation.step()) {
                        case OperationStatus.WAITS -> 1;
                        case OperationStatus.QUEUED -> 2;
                        default -> 0;
                    })
            .thenComparingInt(operation -> operation.position().orElse(0))
            .thenComparing(OperationStatus::inStep, Comparator.reverseOrder());

    List<OperationStatus> read() {
        Map<EndpointTask<?>, Waiting> places = availability.places();
        return executor.statuses().entrySet().stream()
                .map(each -> {
                    Waiting place = places.get(each.getKey());
                    return place == null ? each.getValue() : each.getValue().waitsAt(place.position(), place.since());
                })
                .sorted(ORDER)
                .toList();
    }
}

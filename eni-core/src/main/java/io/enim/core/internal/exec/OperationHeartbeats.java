// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.Heartbeat;
import io.enim.Heartbeat.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the operations under way do.
 *
 * @param underWay the first task of each queue
 * @param waiting how many of them wait for an ENI, without a thread
 */
record OperationHeartbeats(List<EndpointTask<?>> underWay, int waiting) {
    /** One of all operations; and one of each step in which some have been for longer than this since their callers left. */
    Stream<Heartbeat> read(Duration longest) {
        if (underWay.isEmpty()) {
            return Stream.empty();
        }
        Map<String, List<EndpointTask<?>>> hanging = underWay.stream()
                .filter(task -> task.leftFor().compareTo(longest) > 0)
                .collect(Collectors.groupingBy(EndpointTask::whereabouts));
        return Stream.concat(
                Stream.of(all()), hanging.entrySet().stream().map(each -> hanging(each.getKey(), each.getValue())));
    }

    private Heartbeat all() {
        EndpointTask<?> oldest = Collections.max(underWay, Comparator.comparing(EndpointTask::age));
        String activity = underWay.size() + " under way, of which " + waiting + " wait for an ENI; the oldest: "
                + oldest + ", " + oldest.whereabouts();
        return new Heartbeat(Kind.OPERATIONS, "operations", activity, oldest.age(), false);
    }

    private static Heartbeat hanging(String place, List<EndpointTask<?>> tasks) {
        EndpointTask<?> oldest = Collections.max(tasks, Comparator.comparing(EndpointTask::leftFor));
        String activity = tasks.size() + " operations have not ended though their callers left; the oldest: " + oldest;
        return new Heartbeat(Kind.CALL, place, activity, oldest.leftFor(), true);
    }
}

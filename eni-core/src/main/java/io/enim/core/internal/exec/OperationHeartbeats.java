// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.Heartbeat;
import io.enim.Heartbeat.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the operations under way do.
 *
 * @param underWay the first task of each queue
 * @param waiting how many of them wait for an ENI, without a thread
 */
record OperationHeartbeats(List<EndpointTask<?>> underWay, int waiting) {
    /**
     * One of all operations; and one of each step in which some have been for longer than the first time since their callers
     * left, or for longer than the second while their callers wait.
     */
    Stream<Heartbeat> read(Duration longest, Duration longestStep) {
        if (underWay.isEmpty()) {
            return Stream.empty();
        }
        return Stream.of(
                        Stream.of(all()),
                        hanging(EndpointTask::leftFor, longest, "have not ended though their callers left"),
                        hanging(OperationHeartbeats::awaitedFor, longestStep, "do not go on, and their callers wait"))
                .flatMap(Function.identity());
    }

    private static Duration awaitedFor(EndpointTask<?> task) {
        return task.leftFor().isZero() ? task.inStepFor() : Duration.ZERO;
    }

    private Stream<Heartbeat> hanging(Function<EndpointTask<?>, Duration> since, Duration longest, String how) {
        return underWay.stream()
                .filter(task -> since.apply(task).compareTo(longest) > 0)
                .collect(Collectors.groupingBy(EndpointTask::whereabouts))
                .entrySet()
                .stream()
                .map(each -> {
                    List<EndpointTask<?>> tasks = each.getValue();
                    EndpointTask<?> oldest = Collections.max(tasks, Comparator.comparing(since));
                    String activity = tasks.size() + " operations " + how + "; the oldest: " + oldest;
                    return new Heartbeat(Kind.CALL, each.getKey(), activity, since.apply(oldest), true);
                });
    }

    private Heartbeat all() {
        EndpointTask<?> oldest = Collections.max(underWay, Comparator.comparing(EndpointTask::age));
        String activity = underWay.size() + " under way, of which " + waiting + " wait for an ENI; the oldest: "
                + oldest + ", " + oldest.whereabouts();
        return new Heartbeat(Kind.OPERATIONS, "operations", activity, oldest.age(), false);
    }
}

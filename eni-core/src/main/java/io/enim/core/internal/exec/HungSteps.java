// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.OverloadedException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts, by step, the threads that are in it though the callers of their tasks left. A step in which several hang takes no
 * further ones, so that a hung device, disk or provider costs a bounded number of threads (P19). Safe for concurrent use.
 */
final class HungSteps {
    static final int MOST = 16;

    private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

    void admit(EndpointTask<?> task, String step) {
        if (counts.getOrDefault(step, 0) >= MOST) {
            throw new OverloadedException(
                    task + ": " + MOST + " earlier operations hang in " + step + "; health names the oldest");
        }
    }

    void add(String step) {
        counts.merge(step, 1, Integer::sum);
    }

    void remove(String step) {
        counts.computeIfPresent(step, (key, count) -> count == 1 ? null : count - 1);
    }

    /** A step that takes no further threads. */
    Optional<String> closed() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= MOST)
                .map(entry -> entry.getKey() + ": " + MOST
                        + " operations hang in this step, and further ones are refused; is its device, disk or provider"
                        + " alive?")
                .findFirst();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import java.util.List;

/** Values that are used in turn. */
final class RoundRobin<T> {
    private List<T> values;
    private int next;

    RoundRobin(List<T> values) {
        this.values = values;
    }

    synchronized void set(List<T> newValues) {
        if (newValues.isEmpty()) {
            throw new IllegalArgumentException("at least one");
        }
        values = List.copyOf(newValues);
        next = 0;
    }

    synchronized T next() {
        return values.get(next++ % values.size());
    }
}

package io.enim.provider.fake.bce;

import java.util.List;

/** Values that take turns. */
final class Turns<T> {
    private List<T> values;
    private int next;

    Turns(List<T> values) {
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

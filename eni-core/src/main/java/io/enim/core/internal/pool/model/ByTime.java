// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** ENIs in the order of one moment of each; those of the same moment by id. Not thread-safe. */
final class ByTime {
    private record Key(Instant moment, String id) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = moment.compareTo(other.moment);
            return order != 0 ? order : id.compareTo(other.id);
        }
    }

    private final TreeMap<Key, PooledEni> ordered = new TreeMap<>();
    private final Map<PooledEni, Key> keys = new HashMap<>();

    void set(PooledEni eni, Instant moment) {
        remove(eni);
        Key key = new Key(moment, eni.id());
        keys.put(eni, key);
        ordered.put(key, eni);
    }

    void remove(PooledEni eni) {
        Key key = keys.remove(eni);
        if (key != null) {
            ordered.remove(key);
        }
    }

    Optional<Instant> first() {
        return ordered.isEmpty() ? Optional.empty() : Optional.of(ordered.firstKey().moment);
    }

    /** Those whose moment has come; they are removed. */
    List<PooledEni> takeDue(Instant now) {
        List<PooledEni> due = new ArrayList<>();
        while (!ordered.isEmpty() && !ordered.firstKey().moment.isAfter(now)) {
            PooledEni eni = ordered.pollFirstEntry().getValue();
            keys.remove(eni);
            due.add(eni);
        }
        return due;
    }

    /** All, the earliest first: a view. */
    Iterable<PooledEni> inOrder() {
        return ordered.values();
    }
}

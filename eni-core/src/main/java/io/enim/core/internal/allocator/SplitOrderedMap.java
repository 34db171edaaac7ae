// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free hash map: one sorted list of all entries, in the order of their reversed hashes, and a growing array of
 * shortcuts into it. (Shalev and Shavit, "Split-Ordered Lists: Lock-Free Extensible Hash
 * Tables", Journal of the ACM 53(3), 2006, over Michael's list, SPAA 2002.) The JDK's own concurrent hash map locks a
 * bin for each insertion and removal.
 *
 * <p>An entry is its own list node, so it is inserted once, and not again after its removal. It is deleted when its link to
 * the next entry is wrapped in a {@link Deleted}, which is final; a thread that passes it unlinks it. Shortcuts are entries
 * without a key that are never deleted.
 */
final class SplitOrderedMap<K, V extends SplitOrderedMap.Entry<K>> {
    private static final int LARGEST = 1 << 20;
    private static final int LONG_WALK = 3;

    /** The entry of a key, or of none for a shortcut; itself the reference to the next entry, or to a {@link Deleted}. */
    static class Entry<K> extends AtomicReference<@Nullable Object> {
        private static final long serialVersionUID = 1L;

        final int order;
        private final transient @Nullable K key;

        Entry(K key) {
            this.key = key;
            order = regular(key);
        }

        private Entry(int index) {
            key = null;
            order = Integer.reverse(index) ^ Integer.MIN_VALUE;
        }

        public final K key() {
            return requireNonNull(key);
        }
    }

    private record Deleted(@Nullable Object next) {}

    /** The result of a search: whether the entry was found, its predecessor, and the predecessor's successor. */
    private record Place<K>(
            Entry<K> before, boolean found, @Nullable Object after, int steps) {}

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Entry<K>>> segments =
            new AtomicReferenceArray<>(21);
    private final AtomicInteger buckets = new AtomicInteger(2);
    private final Entry<K> first = new Entry<>(0);
    private final LongSupplier expected;

    /** A map; {@code expected} estimates the number of entries, and is read after long walks. */
    SplitOrderedMap(LongSupplier expected) {
        this.expected = expected;
    }

    @Nullable
    V get(K key) {
        int order = regular(key);
        Object current = bucket(order);
        // Readers pass deleted entries without unlinking them.
        while (current != null && entry(current).order <= order) {
            Object next = entry(current).get();
            boolean deleted = next instanceof Deleted;
            if (!deleted && entry(current).order == order && key.equals(entry(current).key)) {
                return value(current);
            }
            current = deleted ? ((Deleted) requireNonNull(next)).next() : next;
        }
        return null;
    }

    /** Inserts the entry if its key has none; otherwise returns the existing one. */
    @Nullable
    V putIfAbsent(V added) {
        while (true) {
            Place<K> place = find(bucket(added.order), added.order, added.key());
            if (place.found()) {
                return value(requireNonNull(place.after()));
            }
            added.setPlain(place.after());
            if (place.before().compareAndSet(place.after(), added)) {
                if (place.steps() > LONG_WALK) {
                    grow();
                }
                return null;
            }
        }
    }

    boolean remove(V entry) {
        while (true) {
            Place<K> place = find(bucket(entry.order), entry.order, entry.key());
            if (!place.found() || place.after() != entry) {
                return false;
            }
            Object next = entry.get();
            if (!(next instanceof Deleted) && entry.compareAndSet(next, new Deleted(next))) {
                place.before().compareAndSet(entry, next);
                return true;
            }
        }
    }

    /** Passes each entry that is present throughout the call, and perhaps others. */
    void forEach(Consumer<V> reader) {
        Object current = first;
        while (current != null) {
            Object next = entry(current).get();
            if (next instanceof Deleted deleted) {
                next = deleted.next();
            } else if (entry(current).key != null) {
                reader.accept(value(current));
            }
            current = next;
        }
    }

    /**
     * Finds the key from a shortcut on, and unlinks deleted entries on the way. An absent key belongs before the entries of
     * the same order: so a deleted entry refers to older entries of its order only, and keeps no later ones reachable.
     */
    private Place<K> find(Entry<K> from, int order, @Nullable K key) {
        Entry<K> before = from;
        Object current = from.get();
        Entry<K> front = before;
        Object equals = current;
        boolean found = false;
        int steps = 0;
        while (!found && current != null && entry(current).order <= order) {
            Object next = entry(current).get();
            if (next instanceof Deleted deleted) {
                boolean unlinked = before.compareAndSet(current, deleted.next());
                before = unlinked ? before : from;
                current = unlinked ? deleted.next() : from.get();
            } else if (entry(current).order == order && Objects.equals(key, entry(current).key)) {
                found = true;
            } else {
                before = entry(current);
                current = next;
                steps++;
            }
            if (before.order < order) {
                front = before;
                equals = current;
            }
        }
        // A predecessor that was deleted meanwhile holds no plain link, so the caller's compare-and-set fails on it.
        return new Place<>(found ? before : front, found, found ? current : equals, steps);
    }

    private void grow() {
        int now = buckets.get();
        if (now < LARGEST && expected.getAsLong() > now) {
            buckets.compareAndSet(now, now * 2);
        }
    }

    /** The start of an order's bucket, which its hash tells: without its highest bit, which no bucket uses. */
    private Entry<K> bucket(int order) {
        return shortcut(Integer.reverse(order ^ Integer.MIN_VALUE) & buckets.get() - 1);
    }

    private Entry<K> shortcut(int index) {
        if (index == 0) {
            return first;
        }
        int level = 31 - Integer.numberOfLeadingZeros(index);
        AtomicReferenceArray<@Nullable Entry<K>> segment = segments.get(level);
        if (segment == null) {
            segments.compareAndSet(level, null, new AtomicReferenceArray<>(1 << level));
            segment = requireNonNull(segments.get(level));
        }
        int offset = index - (1 << level);
        Entry<K> known = segment.get(offset);
        return known != null ? known : made(index, segment, offset);
    }

    /** The shortcut's bucket begins inside that of the index without its highest bit. */
    private Entry<K> made(int index, AtomicReferenceArray<@Nullable Entry<K>> segment, int offset) {
        Entry<K> parent = shortcut(index & ~Integer.highestOneBit(index));
        Entry<K> added = new Entry<>(index);
        while (true) {
            Place<K> place = find(parent, added.order, null);
            Entry<K> there = added;
            if (place.found()) {
                there = entry(requireNonNull(place.after()));
            } else {
                added.setPlain(place.after());
                if (!place.before().compareAndSet(place.after(), added)) {
                    continue;
                }
            }
            segment.compareAndSet(offset, null, there);
            return there;
        }
    }

    /** A key's list order: its hash's bits reversed, so that doubling the buckets splits each; odd, unlike shortcuts. */
    private static int regular(Object key) {
        int hash = key.hashCode() * 0x9e37_79b9;
        return (Integer.reverse(hash ^ hash >>> 16) | 1) ^ Integer.MIN_VALUE;
    }

    @SuppressWarnings("unchecked")
    private Entry<K> entry(Object link) {
        return (Entry<K>) link;
    }

    @SuppressWarnings("unchecked")
    private V value(Object link) {
        return (V) link;
    }
}

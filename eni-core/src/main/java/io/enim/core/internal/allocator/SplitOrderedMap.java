package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free hash map: one sorted list of all entries, in the order of their reversed hashes, and an array of
 * shortcuts into it that doubles as entries come. (Shalev and Shavit, "Split-Ordered Lists: Lock-Free Extensible Hash
 * Tables", Journal of the ACM 53(3), 2006, over Michael's list, SPAA 2002.) The JDK's own concurrent hash map locks a
 * bin for each insertion and removal.
 *
 * <p>An entry is deleted when its link to the next is wrapped in a {@link Deleted}; nobody changes that link any more.
 * Whoever passes unlinks it. Shortcuts are entries without a key that are never deleted.
 */
final class SplitOrderedMap<K, V> {
    private static final int LARGEST = 1 << 20;
    private static final int LONG_WALK = 6;

    /** An entry, itself the reference to the next one, or to a {@link Deleted}. */
    private static final class Link extends AtomicReference<@Nullable Object> {
        private static final long serialVersionUID = 1L;

        final long order;
        final transient @Nullable Object key;
        final transient @Nullable Object value;

        Link(long order, @Nullable Object key, @Nullable Object value) {
            this.order = order;
            this.key = key;
            this.value = value;
        }
    }

    private record Deleted(@Nullable Link next) {}

    /** A place in the list: the entry that was looked for, if it is there, and the one before it. */
    private record Place(
            Link before, @Nullable Link found, @Nullable Link next, int steps) {}

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Link>> segments =
            new AtomicReferenceArray<>(21);
    private final AtomicInteger buckets = new AtomicInteger(2);
    private final LongAdder size = new LongAdder();
    private final Link first = new Link(0, null, null);

    @Nullable
    V get(K key) {
        Link current = bucket(spread(key));
        long order = regular(spread(key));
        // Readers pass deleted entries without unlinking them.
        while (current != null && current.order <= order) {
            Object next = current.get();
            if (current.order == order && !(next instanceof Deleted) && key.equals(current.key)) {
                return value(current);
            }
            current = next instanceof Deleted deleted ? deleted.next() : (Link) next;
        }
        return null;
    }

    /** Puts the value if the key has none; otherwise returns the value it has. */
    @Nullable
    V putIfAbsent(K key, V value) {
        int hash = spread(key);
        Link added = new Link(regular(hash), key, value);
        while (true) {
            Place place = find(bucket(hash), added.order, key);
            if (place.found() != null) {
                return value(place.found());
            }
            added.setPlain(place.next());
            if (place.before().compareAndSet(place.next(), added)) {
                size.increment();
                if (place.steps() > LONG_WALK) {
                    grow();
                }
                return null;
            }
        }
    }

    /** Removes the key if it has this value. */
    boolean remove(K key, V value) {
        int hash = spread(key);
        while (true) {
            Place place = find(bucket(hash), regular(hash), key);
            Link found = place.found();
            if (found == null || found.value != value) {
                return false;
            }
            Object next = found.get();
            if (!(next instanceof Deleted) && found.compareAndSet(next, new Deleted((Link) next))) {
                size.decrement();
                place.before().compareAndSet(found, next);
                return true;
            }
        }
    }

    /** Shows the values one after the other. One that is there all the while is shown. */
    void forEach(Consumer<V> reader) {
        Link current = first;
        while (current != null) {
            Object next = current.get();
            if (current.key != null && !(next instanceof Deleted)) {
                reader.accept(requireNonNull(value(current)));
            }
            current = next instanceof Deleted deleted ? deleted.next() : (Link) next;
        }
    }

    /** How many there are, about. */
    long size() {
        return size.sum();
    }

    /** Finds the key from a shortcut on, and unlinks what is deleted on the way. New entries go to the end of equals. */
    private Place find(Link from, long order, @Nullable Object key) {
        restart:
        while (true) {
            Link before = from;
            int steps = 0;
            Link current = (Link) before.get();
            while (current != null && current.order <= order) {
                Object next = current.get();
                if (next instanceof Deleted deleted) {
                    if (!before.compareAndSet(current, deleted.next())) {
                        continue restart;
                    }
                    current = deleted.next();
                    continue;
                }
                if (current.order == order && (key == null ? current.key == null : key.equals(current.key))) {
                    return new Place(before, current, (Link) next, steps);
                }
                before = current;
                current = (Link) next;
                steps++;
            }
            // An entry that was deleted meanwhile holds no plain link, so the caller's compare-and-set fails on it.
            return new Place(before, null, current, steps);
        }
    }

    private void grow() {
        int now = buckets.get();
        if (now < LARGEST && size.sum() > 2L * now) {
            buckets.compareAndSet(now, now * 2);
        }
    }

    private Link bucket(int hash) {
        return shortcut(hash & buckets.get() - 1);
    }

    private Link shortcut(int index) {
        if (index == 0) {
            return first;
        }
        int level = 31 - Integer.numberOfLeadingZeros(index);
        AtomicReferenceArray<@Nullable Link> segment = segments.get(level);
        if (segment == null) {
            segments.compareAndSet(level, null, new AtomicReferenceArray<>(1 << level));
            segment = segments.get(level);
        }
        int offset = index - (1 << level);
        Link known = requireNonNull(segment).get(offset);
        return known != null ? known : made(index, segment, offset);
    }

    /** The shortcut's list begins inside that of the index without its highest bit. */
    private Link made(int index, AtomicReferenceArray<@Nullable Link> segment, int offset) {
        Link parent = shortcut(index & ~Integer.highestOneBit(index));
        Link added = new Link(sentinel(index), null, null);
        while (true) {
            Place place = find(parent, added.order, null);
            Link there = place.found();
            if (there == null) {
                added.setPlain(place.next());
                if (!place.before().compareAndSet(place.next(), added)) {
                    continue;
                }
                there = added;
            }
            segment.compareAndSet(offset, null, there);
            return there;
        }
    }

    private static long regular(int hash) {
        return (Integer.reverse(hash) & 0xffff_ffffL) << 1 | 1;
    }

    private static long sentinel(int index) {
        return (Integer.reverse(index) & 0xffff_ffffL) << 1;
    }

    private static int spread(Object key) {
        int hash = key.hashCode() * 0x9e37_79b9;
        return hash ^ hash >>> 16;
    }

    @SuppressWarnings("unchecked")
    private @Nullable V value(Link link) {
        return (V) link.value;
    }
}

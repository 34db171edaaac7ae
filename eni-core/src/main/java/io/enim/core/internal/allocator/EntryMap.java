// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free hash map of entries that end by themselves: an entry that is over counts as absent, and the next insertion
 * into its bucket drops it. So a removal costs nothing, and an insertion is one compare-and-set.
 *
 * <p>A bucket is null, or a chain of entries, or, once a chain was too long, a smaller table for the next bits of the hash.
 * A bucket changes in two ways only: a new entry, never inserted before, becomes the first of its chain; or a table that
 * has links to all entries of the chain replaces it. So a bucket never has a former value again (no ABA), and what a
 * thread found in a chain is still all there is when its compare-and-set of the bucket succeeds. Within a chain the only
 * change is to skip an entry that is over, which is final: a late write may show such an entry again, but loses none.
 *
 * <p>Tables do not shrink: memory is bounded by the greatest number of entries at once. The plain links of a chain lead
 * to entries inserted earlier, and so to what the read of the bucket made visible.
 */
final class EntryMap<K, V extends EntryMap.Entry<K>> {
    private static final int LONGEST = 3;

    /** A part of a chain: an entry, or a link to one that is also part of an earlier chain. */
    private abstract static sealed class Part<K> permits Entry, Link {
        @Nullable
        Part<K> below;
    }

    /** The value of a key. It is inserted once. */
    abstract static non-sealed class Entry<K> extends Part<K> {
        private final K key;
        private final int hash;

        Entry(K key) {
            this.key = key;
            hash = spread(key);
        }

        /** An entry without a key, which is never inserted. */
        @SuppressWarnings("NullAway")
        Entry() {
            key = null;
            hash = 0;
        }

        public final K key() {
            return key;
        }

        /** Whether it counts as absent. Once true, it stays true. */
        abstract boolean isOver();
    }

    private static final class Link<K> extends Part<K> {
        final Entry<K> entry;

        Link(Entry<K> entry, @Nullable Part<K> below) {
            this.entry = entry;
            this.below = below;
        }
    }

    private final Table root;
    private final int further;

    /** Buckets for some bits of the hash: each null, a {@link Part} or a {@link Table}. */
    private static final class Table extends AtomicReferenceArray<@Nullable Object> {
        private static final long serialVersionUID = 1L;

        final int shift;
        final int bits;
        final int apart;

        Table(int shift, int bits, int apart) {
            super(apart << bits);
            this.shift = shift;
            this.bits = bits;
            this.apart = apart;
        }

        int index(int hash) {
            return (hash >>> shift & (1 << bits) - 1) * apart;
        }

        boolean canSplit() {
            return shift + bits < Integer.SIZE;
        }
    }

    /**
     * A map whose first table is for this many bits of the hash: the cost of a small map, and of reading all of it. Its
     * buckets are that many array elements apart. Each further table is for {@code further} bits: the more, the fewer a
     * look-up in a large map goes through.
     */
    EntryMap(int bits, int apart, int further) {
        root = new Table(0, bits, apart);
        this.further = further;
    }

    @Nullable
    V get(K key) {
        int hash = spread(key);
        Object content = root.get(root.index(hash));
        while (content instanceof Table table) {
            content = table.get(table.index(hash));
        }
        for (Part<K> part = part(content); part != null; part = part.below) {
            Entry<K> entry = entry(part);
            if (entry.hash == hash && entry.key.equals(key) && !entry.isOver()) {
                return value(entry);
            }
        }
        return null;
    }

    /** Inserts the entry if its key has none; otherwise returns the existing one. */
    @Nullable
    V putIfAbsent(V added) {
        Entry<K> mine = added;
        Table table = root;
        while (true) {
            int index = table.index(mine.hash);
            Object content = table.get(index);
            if (content instanceof Table smaller) {
                table = smaller;
                continue;
            }
            Part<K> first = current(part(content));
            int length = 0;
            for (Part<K> part = first; part != null; part = next(part)) {
                Entry<K> entry = entry(part);
                if (entry.hash == mine.hash && entry.key.equals(mine.key) && !entry.isOver()) {
                    return value(entry);
                }
                length++;
            }
            if (length > LONGEST && table.canSplit()) {
                table.compareAndSet(index, content, split(table, first));
            } else {
                mine.below = first;
                if (table.compareAndSet(index, content, mine)) {
                    return null;
                }
            }
        }
    }

    /** Passes each entry that is present throughout the call, and perhaps others. */
    void forEach(Consumer<V> reader) {
        forEach(root, reader);
    }

    private void forEach(Table table, Consumer<V> reader) {
        for (int i = 0; i < table.length(); i += table.apart) {
            Object content = table.get(i);
            if (content instanceof Table smaller) {
                forEach(smaller, reader);
            } else {
                for (Part<K> part = part(content); part != null; part = part.below) {
                    if (!entry(part).isOver()) {
                        reader.accept(value(entry(part)));
                    }
                }
            }
        }
    }

    private Table split(Table table, @Nullable Part<K> first) {
        Table smaller = new Table(table.shift + table.bits, further, 1);
        for (Part<K> part = first; part != null; part = part.below) {
            Entry<K> entry = entry(part);
            int index = smaller.index(entry.hash);
            smaller.setPlain(index, new Link<>(entry, part(smaller.getPlain(index))));
        }
        return smaller;
    }

    /** The first part from here on whose entry is not over. */
    private @Nullable Part<K> current(@Nullable Part<K> from) {
        Part<K> part = from;
        while (part != null && entry(part).isOver()) {
            part = part.below;
        }
        return part;
    }

    /** The next part whose entry is not over; those between are skipped from now on. */
    private @Nullable Part<K> next(Part<K> part) {
        Part<K> below = part.below;
        Part<K> next = current(below);
        if (next != below) {
            part.below = next;
        }
        return next;
    }

    private static <K> Entry<K> entry(Part<K> part) {
        return part instanceof Link<K> link ? link.entry : (Entry<K>) part;
    }

    private static int spread(Object key) {
        int hash = key.hashCode() * 0x9e37_79b9;
        return hash ^ hash >>> 16;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Part<K> part(@Nullable Object content) {
        return (Part<K>) content;
    }

    @SuppressWarnings("unchecked")
    private V value(Entry<K> entry) {
        return (V) entry;
    }
}

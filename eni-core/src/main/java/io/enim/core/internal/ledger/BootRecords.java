// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.EniException;
import io.enim.core.internal.records.RecordStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Values of this boot by key, in memory and on disk. Safe for concurrent use; a write is on disk before memory shows it,
 * and memory never shows what the disk refused. Writes block on the disk, reads do not.
 */
abstract class BootRecords<K, V> implements AutoCloseable {
    private static final String BOOT = "boot";

    final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();
    private final RecordStore store;
    private final String boot;
    private final Function<V, K> keyOf;
    private final Function<K, String> fileOf;
    private final Function<V, Map<String, String>> encode;
    private final List<String> notes = new CopyOnWriteArrayList<>();

    BootRecords(
            RecordStore store,
            String boot,
            Function<V, K> keyOf,
            Function<K, String> fileOf,
            Function<V, Map<String, String>> encode) {
        this.store = store;
        this.boot = boot;
        this.keyOf = keyOf;
        this.fileOf = fileOf;
        this.encode = encode;
    }

    /** Reads the records of earlier processes; what is of another boot gets the name of its file and that boot. */
    final void load(Function<Map<String, String>, V> decode, BiConsumer<String, String> ofOtherBoot) {
        RecordStore.Contents contents = store.readAll();
        notes.addAll(contents.notes());
        contents.records().forEach((file, fields) -> {
            String writtenIn = fields.getOrDefault(BOOT, "");
            if (!writtenIn.equals(boot)) {
                ofOtherBoot.accept(file, writtenIn);
                return;
            }
            try {
                V value = decode.apply(fields);
                K key = keyOf.apply(value);
                if (fileOf.apply(key).equals(file)) {
                    values.put(key, value);
                } else {
                    setAside(file, "it describes " + key + ", whose file is another");
                }
            } catch (EniException | IllegalArgumentException e) {
                setAside(file, String.valueOf(e.getMessage()));
            }
        });
    }

    final void setAside(String file, String reason) {
        notes.add(store.setAside(file, reason));
    }

    final void write(V value) {
        write(value, Map.of());
    }

    /** Writes a value, and fields beside its own. */
    final void write(V value, Map<String, String> more) {
        Map<String, String> fields = encode.apply(value);
        fields.putAll(more);
        fields.put(BOOT, boot);
        K key = keyOf.apply(value);
        store.put(fileOf.apply(key), fields);
        values.put(key, value);
    }

    /** Removes a record. Idempotent. */
    public void remove(K key) {
        store.remove(fileOf.apply(key));
        values.remove(key);
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(values.get(key));
    }

    public int size() {
        return values.size();
    }

    /** Why the last write or removal failed; empty when it succeeded. */
    public Optional<String> failure() {
        return store.failure();
    }

    /** The records that could not be used when opening, and why; they are set aside. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        store.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.EniException;
import io.enim.core.internal.records.RecordContents;
import io.enim.core.internal.records.RecordStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Values of this boot by key, in memory and on disk. Safe for concurrent use; a write is on disk before memory shows it,
 * and memory never shows what the disk refused. Writes block on the disk, reads do not.
 */
abstract class BootRecords<K, V> implements AutoCloseable {
    static final String BOOT = "boot";

    final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();
    final RecordStore store;
    final String boot;
    private final ConcurrentHashMap<K, String> files = new ConcurrentHashMap<>();
    private final Set<K> unsettled = ConcurrentHashMap.newKeySet();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    BootRecords(RecordStore store, String boot) {
        this.store = store;
        this.boot = boot;
    }

    abstract K keyOf(V value);

    /** The name of the record that a value is written to, unless it was read from another one. */
    abstract String fileOf(V value);

    /** Whether this release, or the one before, writes the value to a record of this name. */
    boolean isFileOf(V value, String file) {
        return fileOf(value).equals(file);
    }

    abstract Map<String, String> encode(V value);

    /** Throws an {@link EniException} or {@link IllegalArgumentException} where the fields are not those of a value. */
    abstract V decode(Map<String, String> fields);

    /** What a value is while its record is pending; as {@link #decode}. */
    V pending(V value) {
        throw new IllegalArgumentException("it is pending, which no record here is");
    }

    abstract void ofOtherBoot(String file, String writtenIn);

    /** Reads the records of earlier processes. */
    final void load() {
        RecordContents contents = store.readAll();
        notes.addAll(contents.notes());
        Map<String, String> unusable = new LinkedHashMap<>(contents.unreadable());
        load(contents.records(), this::decode, unusable);
        load(contents.pending(), fields -> pending(decode(fields)), unusable);
        unusable.forEach(this::unreadable);
    }

    private void load(
            Map<String, Map<String, String>> records,
            Function<Map<String, String>, V> decoder,
            Map<String, String> unusable) {
        records.forEach((file, fields) -> {
            String writtenIn = fields.getOrDefault(BOOT, "");
            if (writtenIn.equals(boot)) {
                load(file, fields, decoder).ifPresent(why -> unusable.put(file, why));
            } else {
                ofOtherBoot(file, writtenIn);
            }
        });
    }

    /** Loads the value of a record; why that is not possible. */
    Optional<String> load(String file, Map<String, String> fields, Function<Map<String, String>, V> decoder) {
        try {
            V value = decoder.apply(fields);
            K key = keyOf(value);
            if (!isFileOf(value, file)) {
                return Optional.of("it describes " + key + ", whose file is another");
            }
            files.put(key, file);
            values.put(key, value);
            return Optional.empty();
        } catch (EniException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    void unreadable(String file, String reason) {
        setAside(file, reason);
    }

    final void setAside(String file, String reason) {
        notes.add(store.setAside(file, reason));
    }

    final void write(V value) {
        write(value, Map.of());
    }

    /** Writes a value, and fields beside its own. */
    final void write(V value, Map<String, String> more) {
        change(value, file -> store.put(file, fields(value, more)));
    }

    /** Writes the first record of a key as one that is {@linkplain #pending pending}, and as it will be once it is confirmed. */
    final void writePending(V value, V confirmed) {
        change(value, file -> store.putPending(file, fields(confirmed, Map.of())));
    }

    /** Confirms a pending record, which was written as this value; writes the value where the record is not pending. */
    final void confirm(V value) {
        change(value, file -> {
            if (!store.confirm(file)) {
                store.put(file, fields(value, Map.of()));
            }
        });
    }

    private Map<String, String> fields(V value, Map<String, String> more) {
        Map<String, String> fields = encode(value);
        fields.putAll(more);
        fields.put(BOOT, boot);
        return fields;
    }

    private void change(V value, Consumer<String> record) {
        K key = keyOf(value);
        String file = files.computeIfAbsent(key, added -> fileOf(value));
        unsettled.add(key);
        record.accept(file);
        values.put(key, value);
        unsettled.remove(key);
    }

    /** Removes a record. Idempotent. */
    public void remove(K key) {
        String file = files.get(key);
        if (file != null) {
            unsettled.add(key);
            store.remove(file);
            values.remove(key);
            files.remove(key);
            unsettled.remove(key);
        }
    }

    /** Whether the last write or removal of the key failed: it may have taken effect all the same, as the next start sees. */
    final boolean isUnsettled(K key) {
        return unsettled.contains(key);
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

    /** As {@link RecordStore#tryAgain}. */
    public void tryAgain() {
        store.tryAgain();
    }

    /** The records that could not be used when opening, and why. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        store.close();
    }
}

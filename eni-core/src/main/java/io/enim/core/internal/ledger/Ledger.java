package io.enim.core.internal.ledger;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.LedgerException;
import io.enim.core.internal.records.RecordStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The assignments of this node, in memory and on disk. Safe for concurrent use; a write is on disk before memory shows
 * it, and memory never shows what the disk refused. Writes block on the disk, reads do not.
 */
public final class Ledger implements AutoCloseable {
    private static final String BOOT = "boot";
    private static final int NAME_SHOWN = 40;

    private final RecordStore store;
    private final String boot;
    private final ConcurrentHashMap<Endpoint, Assignment> assignments = new ConcurrentHashMap<>();
    private volatile @Nullable String failure;
    private final List<String> notes = new CopyOnWriteArrayList<>();

    private Ledger(RecordStore store, String boot) {
        this.store = store;
        this.boot = boot;
    }

    /**
     * Reads the records of earlier processes. Takes over the store, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are set aside
     * @throws io.enim.LedgerException the store cannot be read
     */
    public static Ledger open(RecordStore store, String boot) {
        Ledger ledger = new Ledger(store, boot);
        RecordStore.Contents contents = store.readAll();
        ledger.notes.addAll(contents.notes());
        contents.records().forEach(ledger::load);
        return ledger;
    }

    private void load(String file, Map<String, String> fields) {
        String writtenIn = fields.getOrDefault(BOOT, "");
        if (!writtenIn.equals(boot)) {
            notes.add(store.setAside(file, "assignments end with the boot, and this one is of boot " + writtenIn));
            return;
        }
        try {
            Assignment assignment = AssignmentCodec.decode(fields);
            if (!file.equals(fileOf(assignment.endpoint()))) {
                notes.add(store.setAside(file, "it describes " + assignment.endpoint() + ", whose file is another"));
                return;
            }
            assignments.put(assignment.endpoint(), assignment);
        } catch (EniException | ArithmeticException e) {
            notes.add(store.setAside(file, String.valueOf(e.getMessage())));
        }
    }

    /**
     * Writes an assignment, in place of an earlier one of its endpoint.
     *
     * @throws LedgerException the record could not be written; memory and disk hold the earlier one
     */
    public void put(Assignment assignment) {
        Map<String, String> fields = AssignmentCodec.encode(assignment);
        fields.put(BOOT, boot);
        try {
            store.put(fileOf(assignment.endpoint()), fields);
        } catch (LedgerException e) {
            failure = e.getMessage();
            throw e;
        }
        failure = null;
        assignments.put(assignment.endpoint(), assignment);
    }

    /** Forgets an endpoint. Idempotent. */
    public void remove(Endpoint endpoint) {
        store.remove(fileOf(endpoint));
        assignments.remove(endpoint);
    }

    /** The endpoint's assignment. */
    public Optional<Assignment> get(Endpoint endpoint) {
        return Optional.ofNullable(assignments.get(endpoint));
    }

    /** A live, weakly consistent view of all assignments: not as of one moment, and not a copy. */
    public Collection<Assignment> all() {
        return Collections.unmodifiableCollection(assignments.values());
    }

    /** The number of assignments. */
    public int size() {
        return assignments.size();
    }

    /** Why the last write failed; empty when it succeeded. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** The records that could not be used when opening, and why; they are set aside. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        store.close();
    }

    private static String fileOf(Endpoint endpoint) {
        String name = endpoint.name();
        return name.substring(0, Math.min(NAME_SHOWN, name.length())) + "-" + digest(endpoint);
    }

    private static String digest(Endpoint endpoint) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(endpoint.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

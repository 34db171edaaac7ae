// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.LedgerException;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.records.RecordStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The assignments of this node. Safe for concurrent use; {@link BootRecords} tells what blocks, and when a write shows.
 *
 * <p>While an ADD of an endpoint that has its ENI is repeated, the record has the earlier assignment beside the new one: if
 * the repeated ADD fails or is killed, that one stands again (P16).
 *
 * <p>The record of an ADD is written once, as it will be when the ADD is done, and is pending until then: an assignment whose
 * record is pending is ADDING. So the end of the ADD makes no text and opens no file, it renames one.
 */
public final class Ledger extends BootRecords<Endpoint, Assignment> {
    private static final int NAME_SHOWN = 40;
    private static final String UNREADABLE = "unreadable";
    private static final SafeLogger LOG = SafeLogger.of(Ledger.class);

    /** By the name of the record. */
    private final ConcurrentHashMap<String, UnreadableAssignment> unreadable = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<Endpoint, Assignment> earlier = new ConcurrentHashMap<>();

    private volatile BiConsumer<Endpoint, Optional<Assignment>> watcher = (endpoint, now) -> {};

    private Ledger(RecordStore store, String boot) {
        super(store, boot);
    }

    /**
     * Reads the records of earlier processes. Takes over the store, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are set aside
     * @throws LedgerException the store cannot be read
     */
    public static Ledger open(RecordStore store, String boot) {
        Ledger ledger = new Ledger(store, boot);
        ledger.load();
        return ledger;
    }

    /**
     * Writes an assignment, in place of an earlier one of its endpoint.
     *
     * @throws LedgerException the record could not be written; memory and disk hold the earlier one
     */
    public void put(Assignment assignment) {
        Endpoint endpoint = assignment.endpoint();
        boolean isFirst = get(endpoint).isEmpty() && !isUnsettled(endpoint);
        if (isFirst && assignment.phase() == Phase.ADDING) {
            writePending(assignment, assignment.in(Phase.ADDED, assignment.reason()));
        } else {
            write(assignment);
        }
        written(assignment);
    }

    /**
     * Writes that an ADD is done. If the last one that was put is this very assignment, its record is already what it is to be.
     *
     * @throws LedgerException as {@link #put}
     */
    @SuppressWarnings("ReferenceEquality") // Comparing all values would be more work than to write them.
    public Assignment putDone(Assignment adding) {
        Endpoint endpoint = adding.endpoint();
        Assignment done = adding.in(Phase.ADDED, "");
        boolean isPut = values.get(endpoint) == adding && adding.reason().isEmpty() && !isUnsettled(endpoint);
        if (isPut) {
            confirm(done);
        } else {
            write(done);
        }
        written(done);
        return done;
    }

    private void written(Assignment assignment) {
        earlier.remove(assignment.endpoint());
        watcher.accept(assignment.endpoint(), Optional.of(assignment));
    }

    /** As {@link #put}, and keeps the assignment that an earlier ADD of the endpoint ended with. */
    public void putOver(Assignment before, Assignment assignment) {
        write(assignment, AssignmentCodec.encodeEarlier(before));
        earlier.put(assignment.endpoint(), before);
        watcher.accept(assignment.endpoint(), Optional.of(assignment));
    }

    /**
     * Makes the record of an endpoint what this ledger says of it, if an earlier write or removal failed: a record that took
     * effect unseen would be believed by the next process.
     *
     * @throws LedgerException the disk still fails, and the record may be another one
     */
    public void settle(Endpoint endpoint) {
        if (isUnsettled(endpoint)) {
            get(endpoint)
                    .ifPresentOrElse(
                            known -> write(
                                    known,
                                    earlier(endpoint)
                                            .map(AssignmentCodec::encodeEarlier)
                                            .orElse(Map.of())),
                            () -> remove(endpoint));
        }
    }

    /** What the endpoint had before the ADD that is recorded for it and has not ended; empty if that is its first. */
    public Optional<Assignment> earlier(Endpoint endpoint) {
        return Optional.ofNullable(earlier.get(endpoint));
    }

    @Override
    public void remove(Endpoint endpoint) {
        super.remove(endpoint);
        earlier.remove(endpoint);
        watcher.accept(endpoint, Optional.empty());
    }

    /** From now on tells what an endpoint has, each time after that was written; neither blocks nor throws. */
    public void watch(BiConsumer<Endpoint, Optional<Assignment>> changes) {
        watcher = changes;
    }

    /** A live, weakly consistent view of all assignments: not as of one moment, and not a copy. */
    public Collection<Assignment> all() {
        return Collections.unmodifiableCollection(values.values());
    }

    /** The assignments whose records cannot be read; a live view, like {@link #all}. */
    public Collection<UnreadableAssignment> unreadable() {
        return Collections.unmodifiableCollection(unreadable.values());
    }

    /** The assignment of this endpoint, or of this placeholder, if its record cannot be read. */
    public Optional<UnreadableAssignment> unreadable(Endpoint endpoint) {
        return unreadable.isEmpty()
                ? Optional.empty()
                : unreadable.values().stream()
                        .filter(held -> held.isOf(endpoint))
                        .findAny();
    }

    /**
     * Throws when the endpoint may hold an ENI that no readable record tells, or when any ENI may be held like that.
     *
     * @throws LedgerException such a record is there; the message tells how to end that
     */
    public void requireReadable(Endpoint endpoint) {
        unreadable(endpoint)
                .or(() -> unreadable.values().stream()
                        .filter(held -> held.eniId().isEmpty())
                        .findAny())
                .ifPresent(held -> {
                    Path file = Path.of(RecordStore.fileName(held.file()));
                    throw new LedgerException("add " + endpoint + ": read", file, held.toString(), null);
                });
    }

    /** Ends what could not be read: its endpoint has ended, and if it had an ENI, that has an assignment of its own. */
    public void forget(UnreadableAssignment held) {
        store.remove(held.file());
        unreadable.remove(held.file());
    }

    @Override
    public List<String> notes() {
        return Stream.concat(
                        super.notes().stream(), unreadable.values().stream().map(UnreadableAssignment::toString))
                .toList();
    }

    @Override
    Endpoint keyOf(Assignment assignment) {
        return assignment.endpoint();
    }

    /** The ENI's id is in the name, which damage to the content does not reach. */
    @Override
    String fileOf(Assignment assignment) {
        String name = nameOf(assignment.endpoint());
        String withEni = assignment.eni().id() + "=" + name;
        return RecordStore.isName(withEni) ? withEni : name;
    }

    @Override
    boolean isFileOf(Assignment assignment, String file) {
        return super.isFileOf(assignment, file) || nameOf(assignment.endpoint()).equals(file);
    }

    @Override
    Map<String, String> encode(Assignment assignment) {
        return AssignmentCodec.encode(assignment);
    }

    @Override
    Assignment decode(Map<String, String> fields) {
        Assignment assignment = AssignmentCodec.decode(fields);
        AssignmentCodec.decodeEarlier(fields).ifPresent(before -> earlier.put(assignment.endpoint(), before));
        return assignment;
    }

    @Override
    Assignment pending(Assignment written) {
        return written.in(Phase.ADDING, written.reason());
    }

    @Override
    void ofOtherBoot(String file, String writtenIn) {
        setAside(file, "assignments end with the boot, and this one is of boot " + writtenIn);
    }

    @Override
    Optional<String> load(String file, Map<String, String> fields, Function<Map<String, String>, Assignment> decoder) {
        String reason = fields.get(UNREADABLE);
        if (reason == null) {
            return super.load(file, fields, decoder);
        }
        UnreadableAssignment.of(file, reason).ifPresent(held -> unreadable.put(file, held));
        return Optional.empty();
    }

    /** Holds the ENI of the record back, also over restarts, unless a record that can be read assigns it. */
    @Override
    void unreadable(String file, String reason) {
        Optional<UnreadableAssignment> held = UnreadableAssignment.of(file, reason)
                .filter(record -> record.eniId().filter(this::isAssigned).isEmpty());
        if (held.isEmpty()) {
            setAside(file, reason);
            return;
        }
        unreadable.put(file, held.get());
        try {
            store.replaceUnreadable(file, Map.of(BOOT, boot, UNREADABLE, reason));
        } catch (LedgerException e) {
            LOG.warn("record {} cannot be read, and is not set aside; the next start tries again", file, e);
        }
    }

    private boolean isAssigned(String eniId) {
        return values.values().stream().anyMatch(other -> other.eni().id().equals(eniId));
    }

    /** Two endpoints never have the same. */
    static String nameOf(Endpoint endpoint) {
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

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.core.internal.records.RecordStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The assignments of this node. Safe for concurrent use; {@link BootRecords} tells what blocks, and when a write shows.
 *
 * <p>While an ADD of an endpoint that has its ENI is repeated, the record has the earlier assignment beside the new one: if
 * the repeated ADD fails or is killed, that one stands again (P16).
 */
public final class Ledger extends BootRecords<Endpoint, Assignment> {
    private static final int NAME_SHOWN = 40;

    private final ConcurrentHashMap<Endpoint, Assignment> earlier = new ConcurrentHashMap<>();

    private Ledger(RecordStore store, String boot) {
        super(store, boot, Assignment::endpoint, Ledger::fileOf, AssignmentCodec::encode);
    }

    /**
     * Reads the records of earlier processes. Takes over the store, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are set aside
     * @throws io.enim.LedgerException the store cannot be read
     */
    public static Ledger open(RecordStore store, String boot) {
        Ledger ledger = new Ledger(store, boot);
        String reason = "assignments end with the boot, and this one is of boot ";
        ledger.load(ledger::decode, (file, writtenIn) -> ledger.setAside(file, reason + writtenIn));
        return ledger;
    }

    private Assignment decode(Map<String, String> fields) {
        Assignment assignment = AssignmentCodec.decode(fields);
        AssignmentCodec.decodeEarlier(fields).ifPresent(before -> earlier.put(assignment.endpoint(), before));
        return assignment;
    }

    /**
     * Writes an assignment, in place of an earlier one of its endpoint.
     *
     * @throws io.enim.LedgerException the record could not be written; memory and disk hold the earlier one
     */
    public void put(Assignment assignment) {
        write(assignment);
        earlier.remove(assignment.endpoint());
    }

    /** As {@link #put}, and keeps the assignment that an earlier ADD of the endpoint ended with. */
    public void putOver(Assignment before, Assignment assignment) {
        write(assignment, AssignmentCodec.encodeEarlier(before));
        earlier.put(assignment.endpoint(), before);
    }

    /** What the endpoint had before the ADD that is recorded for it and has not ended; empty if that is its first. */
    public Optional<Assignment> earlier(Endpoint endpoint) {
        return Optional.ofNullable(earlier.get(endpoint));
    }

    @Override
    public void remove(Endpoint endpoint) {
        super.remove(endpoint);
        earlier.remove(endpoint);
    }

    /** A live, weakly consistent view of all assignments: not as of one moment, and not a copy. */
    public Collection<Assignment> all() {
        return Collections.unmodifiableCollection(values.values());
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

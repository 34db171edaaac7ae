package io.enim.core.internal.pool;

import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.core.internal.state.Durability;
import io.enim.core.internal.state.RecordDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state directory: intents towards the cloud, and until when ENIs rest. Safe for concurrent use; writes block until
 * the disk has them.
 */
final class StateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
    private static final String REST = "rest-";
    private static final String UNTIL = "until";

    private final RecordDirectory records;
    private final Path path;
    private final List<Intent> intents = new ArrayList<>();
    private final Map<String, Instant> rests = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    private StateStore(RecordDirectory records, Path path) {
        this.records = records;
        this.path = path;
    }

    /**
     * Reads what an earlier process left.
     *
     * @throws io.enim.LedgerException the directory cannot be used, or another process uses it
     */
    static StateStore open(Path directory, Clock clock) {
        StateStore store = new StateStore(RecordDirectory.open(directory, Durability.MACHINE, clock), directory);
        try {
            RecordDirectory.Contents contents = store.records.readAll();
            store.notes.addAll(contents.notes());
            contents.records().forEach(store::take);
            store.forgetRestsBefore(clock.instant());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    private void take(String name, Map<String, String> fields) {
        try {
            if (name.startsWith(REST)) {
                rests.put(name.substring(REST.length()), Instant.parse(fields.getOrDefault(UNTIL, "")));
                return;
            }
            Intent intent = Intent.of(fields);
            if (!intent.recordName().equals(name)) {
                throw new InvalidRequestException("record", name, "it speaks of " + intent.recordName());
            }
            intents.add(intent);
        } catch (InvalidRequestException | DateTimeParseException e) {
            notes.add(records.setAside(name, String.valueOf(e.getMessage())));
        }
    }

    /** Now is the one moment when nobody writes a new rest of the same ENI. */
    private void forgetRestsBefore(Instant now) {
        for (Map.Entry<String, Instant> rest : Map.copyOf(rests).entrySet()) {
            if (!rest.getValue().isAfter(now)) {
                rests.remove(rest.getKey());
                try {
                    forgetRest(rest.getKey());
                } catch (LedgerException e) {
                    LOG.warn("the rest of {}, which is over, stays on disk", rest.getKey(), e);
                }
            }
        }
    }

    /** The intents that were found when opening. */
    List<Intent> foundIntents() {
        return List.copyOf(intents);
    }

    /** Until when ENIs rest, by id, as found when opening. */
    Map<String, Instant> foundRests() {
        return Map.copyOf(rests);
    }

    void record(Intent intent) {
        records.put(intent.recordName(), intent.fields());
    }

    void forget(Intent intent) {
        records.remove(intent.recordName());
    }

    void recordRest(String eniId, Instant until) {
        records.put(REST + eniId, Map.of(UNTIL, until.toString()));
    }

    void forgetRest(String eniId) {
        records.remove(REST + eniId);
    }

    /** What was set aside, and whether the last write failed. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>(notes);
        Optional<String> failure = records.failure();
        failure.ifPresent(why -> complaints.add("the state directory " + path + " cannot be written: " + why));
        return complaints;
    }

    @Override
    public void close() {
        records.close();
    }
}

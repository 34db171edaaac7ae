package io.enim.core.internal.pool.store;

import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
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
public final class PoolStateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolStateStore.class);
    private static final String COOLDOWN_PREFIX = "rest-";
    private static final String UNTIL = "until";

    private final RecordStore records;
    private final Path path;
    private final List<CloudIntent> intents = new ArrayList<>();
    private final Map<String, Instant> cooldowns = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    private PoolStateStore(RecordStore records, Path path) {
        this.records = records;
        this.path = path;
    }

    /**
     * Reads what an earlier process left.
     *
     * @throws io.enim.LedgerException the directory cannot be used, or another process uses it
     */
    public static PoolStateStore open(Path directory, Clock clock) {
        PoolStateStore store = new PoolStateStore(RecordStore.open(directory, Durability.MACHINE, clock), directory);
        try {
            RecordStore.Contents contents = store.records.readAll();
            store.notes.addAll(contents.notes());
            contents.records().forEach(store::load);
            store.forgetCooldownsBefore(clock.instant());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    private void load(String name, Map<String, String> fields) {
        try {
            if (name.startsWith(COOLDOWN_PREFIX)) {
                cooldowns.put(name.substring(COOLDOWN_PREFIX.length()), Instant.parse(fields.getOrDefault(UNTIL, "")));
                return;
            }
            CloudIntent cloudIntent = CloudIntent.of(fields);
            if (!cloudIntent.recordName().equals(name)) {
                throw new InvalidRequestException("record", name, "it speaks of " + cloudIntent.recordName());
            }
            intents.add(cloudIntent);
        } catch (InvalidRequestException | DateTimeParseException e) {
            notes.add(records.setAside(name, String.valueOf(e.getMessage())));
        }
    }

    /** Now is the one moment when nobody writes a new rest of the same ENI. */
    private void forgetCooldownsBefore(Instant now) {
        for (Map.Entry<String, Instant> rest : Map.copyOf(cooldowns).entrySet()) {
            if (!rest.getValue().isAfter(now)) {
                cooldowns.remove(rest.getKey());
                try {
                    forgetCooldown(rest.getKey());
                } catch (LedgerException e) {
                    LOG.warn("the rest of {}, which is over, stays on disk", rest.getKey(), e);
                }
            }
        }
    }

    /** The intents that were found when opening. */
    public List<CloudIntent> foundIntents() {
        return List.copyOf(intents);
    }

    /** Until when ENIs rest, by id, as found when opening. */
    public Map<String, Instant> foundCooldowns() {
        return Map.copyOf(cooldowns);
    }

    public void record(CloudIntent cloudIntent) {
        records.put(cloudIntent.recordName(), cloudIntent.fields());
    }

    public void forget(CloudIntent cloudIntent) {
        records.remove(cloudIntent.recordName());
    }

    public void recordCooldown(String eniId, Instant until) {
        records.put(COOLDOWN_PREFIX + eniId, Map.of(UNTIL, until.toString()));
    }

    public void forgetCooldown(String eniId) {
        records.remove(COOLDOWN_PREFIX + eniId);
    }

    /** What was set aside, and whether the last write failed. */
    public List<String> problems() {
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

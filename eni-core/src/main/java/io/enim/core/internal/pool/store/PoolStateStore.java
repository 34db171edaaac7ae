// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.store;

import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordContents;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.OwnerTag;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The state directory: intents and cooldowns, and whose they are. Thread-safe; each write is a step with its fail point. That of
 * an intent blocks until it is on disk.
 *
 * <p>The owner's record is in a directory of its own, into which the release before does not look.
 */
public final class PoolStateStore implements AutoCloseable {
    private static final SafeLogger LOG = SafeLogger.of(PoolStateStore.class);
    private static final String COOLDOWN_PREFIX = "rest-";
    private static final String UNTIL = "until";

    private static final String OWNER = "owner";

    private final RecordStore records;
    private final RecordStore owners;
    private final Path path;
    private final StepRunner steps;
    private final List<CloudIntent> intents = new ArrayList<>();
    private final Map<String, Instant> cooldowns = new HashMap<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private Optional<Map<String, String>> owner = Optional.empty();
    private boolean isClaimed;

    private PoolStateStore(RecordStore records, RecordStore owners, Path path, StepRunner steps) {
        this.records = records;
        this.owners = owners;
        this.path = path;
        this.steps = steps;
    }

    /** Reads what an earlier process recorded; a {@link LedgerException} says why the directory cannot be used. */
    public static PoolStateStore open(Disk disk, Path directory, InstantSource clock, StepRunner steps) {
        RecordStore records = RecordStore.open(disk, directory, Durability.MACHINE, clock);
        PoolStateStore store;
        try {
            RecordStore owners = RecordStore.open(disk, directory.resolve(OWNER), Durability.MACHINE, clock);
            store = new PoolStateStore(records, owners, directory, steps);
        } catch (RuntimeException | Error e) {
            records.close();
            throw e;
        }
        try {
            RecordContents owned = store.owners.readAll();
            store.notes.addAll(owned.notes());
            owned.unreadable().forEach((name, why) -> store.notes.add(store.owners.setAside(name, why)));
            store.owner = Optional.ofNullable(owned.records().get(OWNER));
            RecordContents contents = store.records.readAll();
            store.notes.addAll(contents.notes());
            contents.unreadable().forEach(store::setAside);
            contents.pending().keySet().forEach(name -> store.setAside(name, "it is pending, which no record here is"));
            Instant now = clock.instant();
            contents.records().forEach((name, fields) -> store.load(name, fields, now));
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
        return store;
    }

    private void load(String name, Map<String, String> fields, Instant now) {
        try {
            if (name.startsWith(COOLDOWN_PREFIX)) {
                Instant until = CloudIntent.instant(fields, UNTIL);
                loadCooldown(name.substring(COOLDOWN_PREFIX.length()), until, now);
                return;
            }
            CloudIntent cloudIntent = CloudIntent.of(fields);
            if (!cloudIntent.recordName().equals(name)) {
                throw new InvalidRequestException(
                        "record", name, "the name of its own intent, " + cloudIntent.recordName());
            }
            intents.add(cloudIntent);
        } catch (InvalidRequestException e) {
            setAside(name, String.valueOf(e.getMessage()));
        }
    }

    /** The name of the record of a cooldown tells the ENI, whose cooldown begins again. */
    private void setAside(String name, String why) {
        notes.add(records.setAside(name, why));
        if (name.startsWith(COOLDOWN_PREFIX)) {
            cooldowns.put(name.substring(COOLDOWN_PREFIX.length()), Instant.MAX);
        }
    }

    /** Removes one that is over: only before the pool serves can no new one of the same ENI be written meanwhile. */
    private void loadCooldown(String eniId, Instant until, Instant now) {
        if (until.isAfter(now)) {
            cooldowns.put(eniId, until);
            return;
        }
        try {
            forgetCooldown(eniId);
        } catch (LedgerException e) {
            LOG.warn("the expired cooldown of {} stays on disk", eniId, e);
        }
    }

    /**
     * Says whose the records are from now on. What was found is another's if the node was renamed, or the directory came with a
     * disk from another instance: to carry it out would change that one's ENIs, so it is set aside. Blocks on the disk; the first
     * call decides.
     *
     * @return what was found and whose it is, if it is another's
     */
    public synchronized Optional<String> claim(OwnerTag tag, String instance) {
        Map<String, String> mine = Map.of("cluster", tag.cluster(), "node", tag.node(), "instance", instance);
        if (owner.filter(mine::equals).isPresent()) {
            isClaimed = true;
            return Optional.empty();
        }
        Optional<String> other = isClaimed ? Optional.empty() : owner.map(of -> anothers(of, mine));
        isClaimed = true;
        try {
            owners.put(OWNER, mine);
            owner = Optional.of(mine);
        } catch (LedgerException e) {
            LOG.warn(
                    "the owner of the state directory is not on disk; the next description of the cloud tries again",
                    e);
        }
        return other;
    }

    private String anothers(Map<String, String> of, Map<String, String> mine) {
        String why = "it is of " + owner(of) + ", and this is " + owner(mine);
        intents.forEach(intent -> notes.add(records.setAside(intent.recordName(), why)));
        intents.clear();
        String note = "the state directory " + path + " was that of " + owner(of) + ", and this is " + owner(mine)
                + ": what that one had begun at the cloud is left alone. If enim.node or enim.cluster was changed by mistake,"
                + " set it back and restart";
        notes.add(note);
        return note;
    }

    private static String owner(Map<String, String> fields) {
        return fields.get("cluster") + "/" + fields.get("node") + " at instance " + fields.get("instance");
    }

    public List<CloudIntent> foundIntents() {
        return List.copyOf(intents);
    }

    /** Ends of cooldowns, by ENI, that were found when opening; in the far future for one that cannot be read. */
    public Map<String, Instant> foundCooldowns() {
        return Map.copyOf(cooldowns);
    }

    public void record(Step step, CloudIntent cloudIntent) {
        steps.run(step, () -> records.put(cloudIntent.recordName(), cloudIntent.fields()));
    }

    public void forget(String recordName) {
        steps.run(Step.POOL_FORGET_INTENT, () -> records.remove(recordName));
    }

    /** Survives this process. It is not forced to the disk: each DEL would wait for that, and a crash lasts longer. */
    public void recordCooldown(String eniId, Instant until) {
        Map<String, String> fields = Map.of(UNTIL, until.toString());
        steps.run(Step.POOL_RECORD_COOLDOWN, () -> records.put(COOLDOWN_PREFIX + eniId, fields, Durability.PROCESS));
    }

    public void forgetCooldown(String eniId) {
        records.remove(COOLDOWN_PREFIX + eniId, Durability.PROCESS);
    }

    /** Records that were set aside, and whether the last write failed. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(notes);
        records.failure()
                .or(owners::failure)
                .ifPresent(why -> problems.add("the state directory " + path + " cannot be written: " + why));
        return problems;
    }

    /** As {@link RecordStore#tryAgain}. */
    public void tryAgain() {
        records.tryAgain();
        owners.tryAgain();
    }

    @Override
    public void close() {
        owners.close();
        records.close();
    }
}

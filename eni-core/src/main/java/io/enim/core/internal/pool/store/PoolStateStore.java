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
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The state directory: intents and cooldowns. Thread-safe; each write is a step with its fail point. That of an intent
 * blocks until it is on disk.
 */
public final class PoolStateStore implements AutoCloseable {
    private static final SafeLogger LOG = SafeLogger.of(PoolStateStore.class);
    private static final String COOLDOWN_PREFIX = "rest-";
    private static final String UNTIL = "until";

    private final RecordStore records;
    private final Path path;
    private final StepRunner steps;
    private final List<CloudIntent> intents = new ArrayList<>();
    private final Map<String, Instant> cooldowns = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    private PoolStateStore(RecordStore records, Path path, StepRunner steps) {
        this.records = records;
        this.path = path;
        this.steps = steps;
    }

    /** Reads what an earlier process recorded; a {@link LedgerException} says why the directory cannot be used. */
    public static PoolStateStore open(Disk disk, Path directory, InstantSource clock, StepRunner steps) {
        PoolStateStore store =
                new PoolStateStore(RecordStore.open(disk, directory, Durability.MACHINE, clock), directory, steps);
        try {
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
        records.failure().ifPresent(why -> problems.add("the state directory " + path + " cannot be written: " + why));
        return problems;
    }

    /** As {@link RecordStore#tryAgain}. */
    public void tryAgain() {
        records.tryAgain();
    }

    @Override
    public void close() {
        records.close();
    }
}

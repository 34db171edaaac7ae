package io.enim.core.internal.pool.reconcile;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.OrphanCandidate;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cloud: on a slow jittered timer, and soon, then ever more rarely, while something is on its way. What is
 * seen is merged into what is known, never put in its place (F13). Belongs to the rounds.
 */
public final class CloudObserver {
    private static final Logger LOG = LoggerFactory.getLogger(CloudObserver.class);
    /** How long a new ENI may be missing from looks (CLD-12). */
    private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(5);

    /** What one look brought. */
    private record Observation(
            String instance, List<CloudEni> enis, OptionalInt allowed, Optional<EniException> limitsError) {}

    private final PoolContext context;
    private final MonotonicClock clock;
    private final PoolInventory poolInventory;
    private final Duration period;
    private final Duration pollFloor;
    private final RandomGenerator random;
    private boolean underWay;
    private boolean limitsDue = true;
    private int quietDescribes;
    private Instant nextRegular;
    private Instant nextPoll;
    private int failures;
    private String instance = "";
    private String error = "";
    private String limitsError = "";

    public CloudObserver(PoolContext kit) {
        this.context = kit;
        this.poolInventory = kit.inventory();
        this.clock = kit.clock();
        this.random = kit.dependencies().random();
        this.period = kit.dependencies().settings().duration(EniSetting.POOL_RECONCILE);
        this.pollFloor = kit.dependencies().settings().duration(EniSetting.POOL_POLL_INITIAL);
        this.nextRegular = clock.now();
        this.nextPoll = nextRegular;
    }

    String instance() {
        return instance;
    }

    boolean isOurs(CloudEni eni) {
        return eni.ownerTag().filter(context.dependencies().ownerTag()::equals).isPresent();
    }

    /** Something was changed: the next look comes soon. */
    public void describeSoon() {
        quietDescribes = 0;
        nextPoll = earlier(nextPoll, clock.now().plus(Backoff.jittered(pollFloor, random)));
    }

    public void step(RoundSchedule roundSchedule) {
        if (underWay) {
            return;
        }
        boolean regular = roundSchedule.isDue(nextRegular);
        Instant due = earlier(nextRegular, isTransitionPending() ? nextPoll : Instant.MAX);
        if (!regular && !roundSchedule.isDue(due)) {
            roundSchedule.requeueAt(due);
            return;
        }
        if (!context.gate().tryPass(CloudCall.DESCRIBE, Urgency.SERVING, roundSchedule)) {
            return;
        }
        underWay = true;
        quietDescribes++;
        limitsDue |= regular;
        boolean limits = limitsDue;
        Instant began = roundSchedule.now();
        context.offLoop().start("describe", () -> describe(limits), callResult -> onDescribed(callResult, began));
        if (regular) {
            nextRegular = began.plus(Backoff.jittered(period, random));
        }
        roundSchedule.requeueAt(nextRegular);
    }

    private Duration pollDelay() {
        Duration pause = pollFloor.multipliedBy(1L << Math.min(quietDescribes, 12));
        return Backoff.jittered(pause.compareTo(period) < 0 ? pause : period, random);
    }

    private boolean isTransitionPending() {
        return poolInventory.pendingCreates.values().stream()
                        .anyMatch(pendingCreate -> pendingCreate.mayHaveHappened()
                                && !pendingCreate.busy
                                && !poolInventory.lastDescribe.isAfter(pendingCreate.ambiguousAt))
                || poolInventory.enis.values().stream().anyMatch(this::awaitsCloud);
    }

    private boolean awaitsCloud(PooledEni pooledEni) {
        if (pooledEni.busy) {
            return false;
        }
        if (pooledEni.isRetiring() || pooledEni.missingDescribes() > 0 || pooledEni.isUnconfirmed()) {
            return true;
        }
        boolean settled = pooledEni.isFresh()
                && pooledEni
                        .observed()
                        .map(CloudEni::status)
                        .filter(status -> status == CloudEni.Status.ATTACHED || status == CloudEni.Status.AVAILABLE)
                        .isPresent();
        return !settled;
    }

    /** Runs on the executor. */
    private Observation describe(boolean limits) {
        String here = context.cloud().node().instanceId();
        List<CloudEni> enis = List.copyOf(context.steps().call(CloudCall.DESCRIBE.step(), context.cloud()::describe));
        if (!limits) {
            return new Observation(here, enis, OptionalInt.empty(), Optional.empty());
        }
        try {
            return new Observation(
                    here, enis, OptionalInt.of(context.cloud().limits().maxEnis()), Optional.empty());
        } catch (EniException e) {
            // Where the limit lies is one thing, what there is another: the last limit known still holds.
            return new Observation(here, enis, OptionalInt.empty(), Optional.of(e));
        }
    }

    private void onDescribed(CallResult<Observation> callResult, Instant began) {
        underWay = false;
        Instant now = clock.now();
        nextPoll = now.plus(pollDelay());
        context.gate().completed(CloudCall.DESCRIBE, callResult, "", now);
        error = callResult
                .error()
                .map(e -> "since " + now + ": " + e.getMessage())
                .orElse("");
        callResult.value().ifPresent(observation -> {
            instance = observation.instance();
            failures = 0;
            if (observation.allowed().isPresent()) {
                poolInventory.allowed = observation.allowed();
                limitsDue = false;
            }
            limitsError = observation.limitsError().map(Throwable::getMessage).orElse("");
            merge(observation.enis(), began);
            poolInventory.lastDescribe = began;
            poolInventory.described = true;
        });
        if (callResult.value().isEmpty()) {
            failures++;
            nextRegular = now.plus(new Backoff(pollFloor, pollFloor.multipliedBy(2), period, random).delay(failures));
        }
    }

    private void merge(List<CloudEni> enis, Instant began) {
        Map<String, CloudEni> byId = new HashMap<>();
        enis.forEach(eni -> byId.put(eni.id(), eni));
        poolInventory.foreign.clear();
        poolInventory.orphanCandidates.keySet().retainAll(byId.keySet());
        adoptHeld(byId, began);
        byId.values().forEach(eni -> mergeEni(eni, began));
        for (PooledEni pooledEni : poolInventory.enis.values()) {
            if (!byId.containsKey(pooledEni.id) && countsAsMissing(pooledEni, began)) {
                pooledEni.missingDescribes(began);
            }
        }
        Set<String> expected = new HashSet<>(poolInventory.enis.keySet());
        expected.addAll(poolInventory.awaited.values());
        poolInventory.lossTracker.described(expected, byId, instance, began);
    }

    /** A look that began before the ENI was made says nothing of it, nor does one soon after. */
    private boolean countsAsMissing(PooledEni pooledEni, Instant began) {
        return pooledEni.everVisible()
                || pooledEni.intent().isEmpty()
                || pooledEni.isRetiring()
                || pooledEni
                        .intent()
                        .filter(cloudIntent ->
                                cloudIntent.since().plus(VISIBLE_WITHIN).isBefore(began))
                        .isPresent();
    }

    private void adoptHeld(Map<String, CloudEni> byId, Instant began) {
        for (Endpoint endpoint : List.copyOf(poolInventory.awaited.keySet())) {
            // Atomic against allocate and deallocate of the same endpoint: it is awaited, or held, at any moment.
            poolInventory.awaited.computeIfPresent(endpoint, (key, id) -> {
                CloudEni eni = byId.get(id);
                return eni != null && adopt(key, eni, began) ? null : id;
            });
        }
    }

    private boolean adopt(Endpoint endpoint, CloudEni eni, Instant began) {
        if (poolInventory.leases.contains(eni.id())) {
            LOG.error("{} is held by another endpoint than {}; the ledger contradicts itself", eni.id(), endpoint);
            return false;
        }
        PooledEni pooledEni = new PooledEni(eni.id());
        pooledEni.observed(eni, began, instance);
        Optional<Eni> held = pooledEni.toEni(EniState.IN_USE, Optional.of(endpoint));
        if (held.isEmpty() || !poolInventory.leases.adopt(endpoint, held.get())) {
            return false;
        }
        PooledEni before = poolInventory.enis.put(eni.id(), pooledEni);
        if (before != null) {
            // A wish of the time before it was held. Who holds it wins over every wish (F1).
            before.intent().ifPresent(cloudIntent -> pooledEni.setIntent(cloudIntent, before.isRecorded()));
        }
        return true;
    }

    private void mergeEni(CloudEni eni, Instant began) {
        PooledEni pooledEni = poolInventory.enis.get(eni.id());
        if (pooledEni != null) {
            CloudEni.Status before = pooledEni.observed().map(CloudEni::status).orElse(CloudEni.Status.OTHER);
            pooledEni.visible();
            pooledEni.observed(eni, began, instance);
            if (before != eni.status()) {
                pooledEni.attempts = 0;
                describeSoon();
            }
            return;
        }
        boolean here = eni.instanceId().filter(instance::equals).isPresent();
        if (here && eni.ownerTag().isPresent() && !isOurs(eni)) {
            poolInventory.foreign.put(eni.id(), eni);
        } else if (here && eni.status() != CloudEni.Status.DETACHING) {
            PooledEni found = new PooledEni(eni.id());
            found.visible();
            found.observed(eni, began, instance);
            poolInventory.enis.put(eni.id(), found);
            poolInventory.orphanCandidates.remove(eni.id());
        } else if (!here && isOurs(eni)) {
            OrphanCandidate known = poolInventory.orphanCandidates.get(eni.id());
            if (known == null) {
                poolInventory.orphanCandidates.put(eni.id(), new OrphanCandidate(eni, began));
            } else {
                known.observed(eni, began);
            }
        }
    }

    /** What stands in the way of looking. */
    List<String> problems(Instant now) {
        Duration stale = Duration.between(
                poolInventory.lastDescribe.equals(Instant.MIN) ? now : poolInventory.lastDescribe, now);
        return Stream.of(
                        error.isEmpty() ? "" : "the cloud cannot be described " + error,
                        poolInventory.described
                                ? ""
                                : "the cloud was not heard since the start; nothing is offered before",
                        stale.compareTo(period.multipliedBy(3)) > 0
                                ? "the last comparison with the cloud is " + stale.toSeconds() + " s old"
                                : "",
                        limitsError.isEmpty() ? "" : "the cloud does not tell its limits: " + limitsError)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}

package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.core.internal.pool.Budget.Urgency;
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
final class Looks {
    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);
    /** How long a new ENI may be missing from looks (CLD-12). */
    private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(5);

    /** What one look brought. */
    private record Sight(
            String instance, List<CloudEni> enis, OptionalInt allowed, Optional<EniException> limitsError) {}

    private final Kit kit;
    private final SteadyClock clock;
    private final Inventory inventory;
    private final Duration period;
    private final Duration soon;
    private final RandomGenerator random;
    private boolean underWay;
    private boolean limitsDue = true;
    private int idle;
    private Instant nextRegular;
    private Instant nextPoll;
    private int failures;
    private String instance = "";
    private String error = "";
    private String limitsError = "";

    Looks(Kit kit) {
        this.kit = kit;
        this.inventory = kit.inventory();
        this.clock = kit.clock();
        this.random = kit.tools().random();
        this.period = kit.tools().settings().duration(EniSetting.POOL_RECONCILE);
        this.soon = kit.tools().settings().duration(EniSetting.POOL_POLL);
        this.nextRegular = clock.now();
        this.nextPoll = nextRegular;
    }

    String instance() {
        return instance;
    }

    boolean isOurs(CloudEni eni) {
        return eni.mark().filter(kit.tools().mark()::equals).isPresent();
    }

    /** Something was changed: the next look comes soon. */
    void soon() {
        idle = 0;
        nextPoll = earlier(nextPoll, clock.now().plus(Backoff.jittered(soon, random)));
    }

    void step(Agenda agenda) {
        if (underWay) {
            return;
        }
        boolean regular = agenda.isDue(nextRegular);
        Instant due = earlier(nextRegular, isSomethingOnItsWay() ? nextPoll : Instant.MAX);
        if (!regular && !agenda.isDue(due)) {
            agenda.at(due);
            return;
        }
        if (!kit.gate().tryPass(Call.DESCRIBE, Urgency.SERVING, agenda)) {
            return;
        }
        underWay = true;
        idle++;
        limitsDue |= regular;
        boolean limits = limitsDue;
        Instant began = agenda.now();
        kit.outside().start("describe", () -> look(limits), answer -> heard(answer, began));
        if (regular) {
            nextRegular = began.plus(Backoff.jittered(period, random));
        }
        agenda.at(nextRegular);
    }

    private Duration pause() {
        Duration pause = soon.multipliedBy(1L << Math.min(idle, 12));
        return Backoff.jittered(pause.compareTo(period) < 0 ? pause : period, random);
    }

    private boolean isSomethingOnItsWay() {
        return inventory.creations.values().stream()
                        .anyMatch(creation -> creation.mayHaveHappened()
                                && !creation.busy
                                && !inventory.lastLook.isAfter(creation.ambiguousAt))
                || inventory.members.values().stream().anyMatch(this::awaitsLook);
    }

    private boolean awaitsLook(Member member) {
        if (member.busy) {
            return false;
        }
        if (member.retires() || member.missed() > 0 || member.isSuspect()) {
            return true;
        }
        boolean settled = member.isFresh()
                && member.seen()
                        .map(CloudEni::status)
                        .filter(status -> status == CloudEni.Status.ATTACHED || status == CloudEni.Status.AVAILABLE)
                        .isPresent();
        return !settled;
    }

    /** Runs on the executor. */
    private Sight look(boolean limits) {
        String here = kit.cloud().node().instanceId();
        List<CloudEni> enis = List.copyOf(kit.steps().call(Call.DESCRIBE.step(), kit.cloud()::describe));
        if (!limits) {
            return new Sight(here, enis, OptionalInt.empty(), Optional.empty());
        }
        try {
            return new Sight(here, enis, OptionalInt.of(kit.cloud().limits().maxEnis()), Optional.empty());
        } catch (EniException e) {
            // Where the limit lies is one thing, what there is another: the last limit known still holds.
            return new Sight(here, enis, OptionalInt.empty(), Optional.of(e));
        }
    }

    private void heard(Answer<Sight> answer, Instant began) {
        underWay = false;
        Instant now = clock.now();
        nextPoll = now.plus(pause());
        kit.gate().answered(Call.DESCRIBE, answer, "", now);
        error = answer.error().map(e -> "since " + now + ": " + e.getMessage()).orElse("");
        answer.value().ifPresent(sight -> {
            instance = sight.instance();
            failures = 0;
            if (sight.allowed().isPresent()) {
                inventory.allowed = sight.allowed();
                limitsDue = false;
            }
            limitsError = sight.limitsError().map(Throwable::getMessage).orElse("");
            merge(sight.enis(), began);
            inventory.lastLook = began;
            inventory.looked = true;
        });
        if (answer.value().isEmpty()) {
            failures++;
            nextRegular = now.plus(new Backoff(soon, soon.multipliedBy(2), period, random).delay(failures));
        }
    }

    private void merge(List<CloudEni> enis, Instant began) {
        Map<String, CloudEni> byId = new HashMap<>();
        enis.forEach(eni -> byId.put(eni.id(), eni));
        inventory.foreign.clear();
        inventory.strays.keySet().retainAll(byId.keySet());
        adoptHeld(byId, began);
        byId.values().forEach(eni -> meet(eni, began));
        for (Member member : inventory.members.values()) {
            if (!byId.containsKey(member.id) && isMissedBy(member, began)) {
                member.missed(began);
            }
        }
        Set<String> expected = new HashSet<>(inventory.members.keySet());
        expected.addAll(inventory.awaited.values());
        inventory.losses.looked(expected, byId, instance, began);
    }

    /** A look that began before the ENI was made says nothing of it, nor does one soon after. */
    private boolean isMissedBy(Member member, Instant began) {
        return member.everVisible()
                || member.intent().isEmpty()
                || member.retires()
                || member.intent()
                        .filter(intent -> intent.since().plus(VISIBLE_WITHIN).isBefore(began))
                        .isPresent();
    }

    private void adoptHeld(Map<String, CloudEni> byId, Instant began) {
        for (Endpoint endpoint : List.copyOf(inventory.awaited.keySet())) {
            // Atomic against allocate and deallocate of the same endpoint: it is awaited, or held, at any moment.
            inventory.awaited.computeIfPresent(endpoint, (key, id) -> {
                CloudEni eni = byId.get(id);
                return eni != null && adopt(key, eni, began) ? null : id;
            });
        }
    }

    private boolean adopt(Endpoint endpoint, CloudEni eni, Instant began) {
        if (inventory.shelf.contains(eni.id())) {
            LOG.error("{} is held by another endpoint than {}; the ledger contradicts itself", eni.id(), endpoint);
            return false;
        }
        Member member = new Member(eni.id());
        member.seen(eni, began, instance);
        Optional<Eni> held = member.toEni(EniState.IN_USE, Optional.of(endpoint));
        if (held.isEmpty() || !inventory.shelf.adopt(endpoint, held.get())) {
            return false;
        }
        Member before = inventory.members.put(eni.id(), member);
        if (before != null) {
            // A wish of the time before it was held. Who holds it wins over every wish (F1).
            before.intent().ifPresent(intent -> member.intend(intent, before.isRecorded()));
        }
        return true;
    }

    private void meet(CloudEni eni, Instant began) {
        Member member = inventory.members.get(eni.id());
        if (member != null) {
            CloudEni.Status before = member.seen().map(CloudEni::status).orElse(CloudEni.Status.OTHER);
            member.visible();
            member.seen(eni, began, instance);
            if (before != eni.status()) {
                member.attempts = 0;
                soon();
            }
            return;
        }
        boolean here = eni.instanceId().filter(instance::equals).isPresent();
        if (here && eni.mark().isPresent() && !isOurs(eni)) {
            inventory.foreign.put(eni.id(), eni);
        } else if (here && eni.status() != CloudEni.Status.DETACHING) {
            Member found = new Member(eni.id());
            found.visible();
            found.seen(eni, began, instance);
            inventory.members.put(eni.id(), found);
            inventory.strays.remove(eni.id());
        } else if (!here && isOurs(eni)) {
            Stray known = inventory.strays.get(eni.id());
            if (known == null) {
                inventory.strays.put(eni.id(), new Stray(eni, began));
            } else {
                known.seen(eni, began);
            }
        }
    }

    /** What stands in the way of looking. */
    List<String> complaints(Instant now) {
        Duration stale = Duration.between(inventory.lastLook.equals(Instant.MIN) ? now : inventory.lastLook, now);
        return Stream.of(
                        error.isEmpty() ? "" : "the cloud cannot be described " + error,
                        inventory.looked ? "" : "the cloud was not heard since the start; nothing is offered before",
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

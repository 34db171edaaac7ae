package io.enim.core.internal.pool;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.Budget.Urgency;
import io.enim.core.internal.pool.Targets.Stock;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes ENIs more when they are too few, and fewer, one at a time, when they are too many. Belongs to the rounds. */
final class Growth {
    private static final Logger LOG = LoggerFactory.getLogger(Growth.class);

    private final Kit kit;
    private final SteadyClock clock;
    private final Inventory inventory;
    private final Looks looks;
    private final Leftovers leftovers;
    private final Demand demand;
    private final Targets targets;
    private final Duration idle;
    private final Backoff retry;
    private boolean wanting;

    Growth(Kit kit, Looks looks, Leftovers leftovers, Demand demand) {
        EniSettings settings = kit.tools().settings();
        this.kit = kit;
        this.clock = kit.clock();
        this.inventory = kit.inventory();
        this.looks = looks;
        this.leftovers = leftovers;
        this.demand = demand;
        this.targets = Targets.of(settings);
        this.idle = settings.duration(EniSetting.POOL_IDLE);
        this.retry = new Backoff(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                kit.tools().random());
    }

    /** How many there may be now; while the cloud has not told its limit, no more than there are. */
    int cap(Instant now) {
        int allowed = inventory.allowed.orElseGet(inventory::slots);
        return targets.cap(kit.learned().lower(allowed, now));
    }

    void step(Agenda agenda, int cap) {
        Instant now = agenda.now();
        Stock stock = inventory.stock(demand.count(now));
        int more = targets.toCreate(stock, cap);
        wanting = targets.toCreate(stock, Integer.MAX_VALUE) > more;
        for (Creation creation : List.copyOf(inventory.creations.values())) {
            repeat(creation, agenda);
        }
        for (int i = 0; i < more; i++) {
            if (!grow(agenda)) {
                break;
            }
        }
        if (more == 0 && targets.surplus(stock, cap) > 0) {
            shrink(agenda);
        }
    }

    // ---- more ----

    private boolean grow(Agenda agenda) {
        Optional<Stray> left = leftovers.takeProven(agenda.now());
        if (left.isPresent()) {
            CloudEni eni = left.get().eni();
            Member member = new Member(eni.id());
            member.visible();
            member.seen(eni, inventory.lastLook, looks.instance());
            member.intend(Intent.grow(kit.tokens().next(), clock.wallTime()).with(eni.id()), false);
            inventory.members.put(eni.id(), member);
            LOG.info("{} is used again: {}", eni.id(), leftovers.evidence(left.get()));
            agenda.again();
            return true;
        }
        if (!kit.gate().tryPass(Call.CREATE, Urgency.SERVING, agenda)) {
            return false;
        }
        Creation creation = new Creation(Intent.grow(kit.tokens().next(), clock.wallTime()), false);
        inventory.creations.put(creation.intent.token(), creation);
        create(creation);
        return true;
    }

    /** Repeats what failed or was cut off, with its own token, once the cloud was looked at. */
    private void repeat(Creation creation, Agenda agenda) {
        boolean unheard = creation.mayHaveHappened() && !inventory.lastLook.isAfter(creation.ambiguousAt);
        if (creation.busy || unheard) {
            return;
        }
        if (!agenda.isDue(creation.notBefore)) {
            agenda.at(creation.notBefore);
        } else if (kit.gate().tryPass(Call.CREATE, Urgency.SERVING, agenda)) {
            create(creation);
        }
    }

    private void create(Creation creation) {
        creation.busy = true;
        Intent intent = creation.intent;
        boolean recorded = creation.recorded;
        kit.outside()
                .start(
                        "create " + intent.token(),
                        () -> {
                            if (!recorded) {
                                kit.record(Step.POOL_RECORD_CREATE, intent);
                            }
                            CloudEni eni = kit.steps()
                                    .call(
                                            Step.POOL_CREATE,
                                            () -> kit.cloud()
                                                    .create(new CreateRequest(
                                                            intent.token(),
                                                            kit.tools().mark())));
                            kit.record(Step.POOL_RECORD_CREATED, intent.with(eni.id()));
                            return eni;
                        },
                        answer -> {
                            creation.busy = false;
                            kit.gate().answered(Call.CREATE, answer, intent.token(), clock.now());
                            answer.value().ifPresent(eni -> created(creation, eni));
                            answer.error().ifPresent(error -> failed(creation, error));
                        });
    }

    private void created(Creation creation, CloudEni eni) {
        inventory.creations.remove(creation.intent.token());
        inventory.strays.remove(eni.id());
        Intent intent = creation.intent.with(eni.id());
        if (inventory.members.containsKey(eni.id())) {
            kit.forgetLater(intent);
            return;
        }
        Member member = new Member(eni.id());
        member.seen(eni, clock.now(), looks.instance());
        member.intend(intent, true);
        inventory.members.put(eni.id(), member);
        looks.soon();
    }

    private void failed(Creation creation, EniException error) {
        Instant now = clock.now();
        creation.notBefore = now.plus(retry.delay(++creation.attempts));
        // The error may be the disk's, before or after: with the intent's token it can do no harm to write it again.
        creation.recorded = false;
        if (error instanceof FatalProviderException refused) {
            if (refused.refusal() == Refusal.ENI_LIMIT) {
                int there = inventory.slots() - inventory.creations.size();
                kit.learned().refusedAt(there, String.valueOf(error.getMessage()), now);
            }
            inventory.creations.remove(creation.intent.token());
            kit.forgetLater(creation.intent);
        } else if (error instanceof AmbiguousProviderException || !(error instanceof ProviderException)) {
            creation.ambiguousAt = now;
            looks.soon();
        }
    }

    // ---- fewer ----

    private void shrink(Agenda agenda) {
        boolean oneIsGoing = inventory.members.values().stream().anyMatch(Member::retires);
        if (oneIsGoing || !kit.gate().isOpen(Call.DETACH, agenda.now())) {
            return;
        }
        inventory.members.values().stream()
                .filter(member -> member.isFree() && !member.busy && member.isFresh())
                .filter(member -> member.seen().filter(looks::isOurs).isPresent())
                .min(Comparator.comparing(member -> member.freeSince))
                .ifPresent(member -> {
                    Instant due = member.freeSince.plus(idle);
                    if (!agenda.isDue(due)) {
                        agenda.at(due);
                    } else if (inventory.shelf.take(member.id)) {
                        LOG.info("{} is retired: free since {}, and not needed", member.id, member.freeSince);
                        member.retire(Intent.retire(member.id, clock.wallTime()), false);
                        agenda.again();
                    }
                });
    }

    /** Whether more are wanted than may be. */
    boolean isShort() {
        return wanting;
    }
}

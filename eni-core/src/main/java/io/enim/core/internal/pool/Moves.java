package io.enim.core.internal.pool;

import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.Budget.Urgency;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.Steps;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the next step of each ENI that is not where it is wanted. A step that changes something at the cloud's side is
 * taken only on what a look showed after the change before it. Belongs to the rounds.
 */
final class Moves {
    private static final Logger LOG = LoggerFactory.getLogger(Moves.class);

    private final EniCloud cloud;
    private final StateStore store;
    private final Steps steps;
    private final Gate gate;
    private final Outside outside;
    private final SteadyClock clock;
    private final Inventory inventory;
    private final Looks looks;
    private final LearnedLimit learned;
    private final Tokens tokens;
    private final Chores chores;
    private final Devices devices;
    private final Runnable availabilityChanged;
    private final Duration deviceTimeout;
    private final Backoff retry;
    private final Backoff deviceLook;

    Moves(
            EniCloud cloud,
            StateStore store,
            Steps steps,
            Gate gate,
            Outside outside,
            SteadyClock clock,
            Inventory inventory,
            Looks looks,
            LearnedLimit learned,
            Tokens tokens,
            Chores chores,
            Devices devices,
            Runnable availabilityChanged,
            EniSettings settings,
            RandomGenerator random) {
        this.cloud = cloud;
        this.store = store;
        this.steps = steps;
        this.gate = gate;
        this.outside = outside;
        this.clock = clock;
        this.inventory = inventory;
        this.looks = looks;
        this.learned = learned;
        this.tokens = tokens;
        this.chores = chores;
        this.devices = devices;
        this.availabilityChanged = availabilityChanged;
        this.deviceTimeout = settings.duration(EniSetting.DEVICE_TIMEOUT);
        this.retry = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(5), random);
        this.deviceLook = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(30), random);
    }

    void step(Agenda agenda, int cap) {
        Map<String, Eni> shelved = inventory.shelf.snapshot();
        for (Member member : List.copyOf(inventory.members.values())) {
            if (!member.busy) {
                step(member, Optional.ofNullable(shelved.get(member.id)), agenda, cap);
            }
        }
    }

    private void step(Member member, Optional<Eni> shelved, Agenda agenda, int cap) {
        if (shelved.isPresent()) {
            watch(member, shelved.get(), agenda);
        } else if (member.isGone()) {
            forget(member, "two looks at the cloud did not show it");
        } else if (!member.isFresh()) {
            // The next look decides.
            return;
        } else if (!agenda.isDue(member.notBefore)) {
            agenda.at(member.notBefore);
        } else if (member.retires()) {
            stepAway(member, member.seen().orElseThrow(), agenda);
        } else {
            stepHome(member, member.seen().orElseThrow(), agenda, cap);
        }
    }

    // ---- serving ----

    /** One that serves: only two looks that contradict it take it out, and only if nobody holds it. */
    private void watch(Member member, Eni eni, Agenda agenda) {
        if (eni.state() != EniState.READY) {
            member.freeSince = agenda.now();
        }
        member.trouble = "";
        if (member.missed() > 0) {
            member.trouble = "not in the cloud's last " + member.missed() + " descriptions";
        } else if (member.attachedSince == null) {
            member.trouble =
                    "the cloud says " + member.seen().map(CloudEni::status).orElseThrow() + ", not attached here";
        }
        // An intent that outlived the step it was for: who serves needs none.
        member.intent().ifPresent(intent -> {
            chores.add(intent.recordName(), () -> steps.run(Step.POOL_FORGET_INTENT, () -> store.forget(intent)));
            member.intentForgotten();
        });
        if (eni.holder().isEmpty() && (member.isGone() || member.isAstray()) && inventory.shelf.take(member.id)) {
            LOG.warn("{} is no longer offered: {}", member.id, member.trouble);
            agenda.again();
        }
    }

    private void forget(Member member, String why) {
        LOG.info("{} is gone: {}", member.id, why);
        member.busy = true;
        Optional<Intent> intent = member.intent().filter(known -> member.isRecorded());
        outside.<Boolean>start(
                "forget " + member.id,
                () -> {
                    intent.ifPresent(known -> steps.run(Step.POOL_FORGET_INTENT, () -> store.forget(known)));
                    store.forgetRest(member.id);
                    return true;
                },
                answer -> {
                    member.busy = false;
                    if (answer.error().isEmpty()) {
                        inventory.members.remove(member.id);
                        inventory.rests.remove(member.id);
                        member.deleted.complete(Optional.empty());
                    }
                });
    }

    // ---- on its way home ----

    private void stepHome(Member member, CloudEni eni, Agenda agenda, int cap) {
        switch (eni.status()) {
            case AVAILABLE -> attach(member, agenda, cap);
            case ATTACHED -> {
                if (member.attachedSince == null) {
                    quarantine(
                            member,
                            "the cloud says it is attached to "
                                    + eni.instanceId().orElse("nothing"));
                } else {
                    meetDevice(member, eni);
                }
            }
            case ATTACHING, DETACHING, OTHER -> {
                // On its way by itself; looks follow it.
            }
        }
    }

    private void attach(Member member, Agenda agenda, int cap) {
        if (member.intent().isEmpty()) {
            // Ours only as long as it was attached; somebody else detached it.
            inventory.members.remove(member.id);
            agenda.again();
            return;
        }
        if (inventory.attachedHere() >= cap) {
            giveUp(member, "there is no place for it: " + cap + " ENIs are all this node may have");
            if (member.retires()) {
                agenda.again();
            }
            return;
        }
        if (!gate.tryPass(Call.ATTACH, Urgency.SERVING, agenda)) {
            return;
        }
        Intent intent = member.intent().orElseThrow();
        boolean recorded = member.isRecorded();
        AttachRequest request = new AttachRequest(tokens.next());
        start(
                member,
                Call.ATTACH,
                () -> {
                    if (!recorded) {
                        steps.run(Step.POOL_RECORD_CREATE, () -> store.record(intent));
                    }
                    steps.run(Step.POOL_ATTACH, () -> cloud.attach(member.id, request));
                    return true;
                },
                error -> {
                    if (error.isEmpty()) {
                        member.intentRecorded();
                    } else if (refusal(error.get()) == Refusal.ENI_LIMIT) {
                        // F9: the lesson is kept, and the ENI that found no place does not come again.
                        learned.refusedAt(inventory.attachedHere(), message(error.get()), clock.now());
                        giveUp(member, message(error.get()));
                    }
                });
    }

    /** Retires what never served; what did not come from us, or has served, is only kept out of circulation. */
    private void giveUp(Member member, String why) {
        boolean ours = member.seen().filter(looks::isOurs).isPresent();
        if (ours && member.intent().isPresent()) {
            Intent grown = member.intent().get();
            if (member.isRecorded()) {
                chores.add(grown.recordName(), () -> steps.run(Step.POOL_FORGET_INTENT, () -> store.forget(grown)));
            }
            LOG.warn("{} is retired without having served: {}", member.id, why);
            member.trouble = why;
            member.retire(Intent.retire(member.id, clock.wallTime()), false);
        } else {
            quarantine(member, why);
        }
    }

    private void quarantine(Member member, String why) {
        if (!member.quarantined) {
            LOG.warn("{} is quarantined: {}", member.id, why);
        }
        member.quarantined = true;
        member.trouble = why;
    }

    private void meetDevice(Member member, CloudEni eni) {
        Optional<Intent> intent = member.intent().filter(known -> member.isRecorded());
        member.busy = true;
        outside.start(
                "find the device of " + member.id,
                () -> {
                    Devices.Meeting meeting = steps.call(Step.POOL_AWAIT_DEVICE, () -> devices.meet(eni.mac()));
                    if (meeting.isReady()) {
                        // Before it is offered: after that, the intent would call a serving ENI one that never served.
                        intent.ifPresent(known -> steps.run(Step.POOL_FORGET_INTENT, () -> store.forget(known)));
                    }
                    return meeting;
                },
                answer -> {
                    member.busy = false;
                    Devices.Meeting meeting = answer.value()
                            .orElseGet(() ->
                                    Devices.Meeting.not(message(answer.error().orElseThrow())));
                    if (meeting.isReady() && member.isFresh() && member.attachedSince != null && !member.retires()) {
                        offer(member);
                    } else {
                        absent(member, meeting.isReady() ? "the cloud's word changed meanwhile" : meeting.why());
                    }
                });
    }

    private void offer(Member member) {
        Optional<Eni> eni = member.toEni(EniState.ATTACHING, Optional.empty());
        if (eni.isEmpty()) {
            quarantine(member, "the cloud gives it no address");
            member.notBefore = clock.now().plus(retry.delay(++member.attempts));
            return;
        }
        member.intentForgotten();
        member.attempts = 0;
        member.quarantined = false;
        member.trouble = "";
        member.freeSince = clock.now();
        Instant restsUntil = inventory.rests.getOrDefault(member.id, Instant.MIN);
        if (restsUntil.isAfter(clock.wallTime())) {
            inventory.shelf.rest(eni.get());
        } else {
            inventory.shelf.put(eni.get());
            learned.reached(inventory.attachedHere());
            LOG.info("{} is ready", member.id);
            availabilityChanged.run();
        }
    }

    /** F16: a device that does not come in time is given up, and another ENI takes its place. */
    private void absent(Member member, String why) {
        Instant now = clock.now();
        member.notBefore = now.plus(deviceLook.delay(++member.attempts));
        Instant since = member.attachedSince;
        if (since == null || since.plus(deviceTimeout).isAfter(now)) {
            return;
        }
        quarantine(
                member,
                "attached since " + since + ", and its device was not seen at home within " + deviceTimeout.toSeconds()
                        + " s: " + why);
        if (since.plus(deviceTimeout.multipliedBy(2)).isBefore(now)
                && member.intent().isPresent()) {
            giveUp(member, member.trouble);
        }
    }

    // ---- on its way out ----

    private void stepAway(Member member, CloudEni eni, Agenda agenda) {
        if (!looks.isOurs(eni)) {
            member.trouble = "not marked as ours any more; it is left alone";
            forget(member, member.trouble);
            return;
        }
        switch (eni.status()) {
            case ATTACHED, ATTACHING -> {
                if (eni.instanceId().filter(looks.instance()::equals).isEmpty()) {
                    member.trouble = "attached to " + eni.instanceId().orElse("nothing") + "; it is left alone";
                    forget(member, member.trouble);
                } else {
                    end(member, Call.DETACH, Step.POOL_DETACH, () -> cloud.detach(member.id), agenda);
                }
            }
            case AVAILABLE -> end(member, Call.DELETE, Step.POOL_DELETE, () -> cloud.delete(member.id), agenda);
            case DETACHING, OTHER -> {
                // On its way by itself; looks follow it (F8).
            }
        }
    }

    private void end(Member member, Call call, Step step, Runnable work, Agenda agenda) {
        if (!gate.tryPass(call, Urgency.HOUSEKEEPING, agenda)) {
            return;
        }
        Intent intent = member.intent().orElseThrow();
        boolean recorded = member.isRecorded();
        start(
                member,
                call,
                () -> {
                    if (!recorded) {
                        steps.run(Step.POOL_RECORD_RETIRE, () -> store.record(intent));
                    }
                    steps.run(step, work);
                    return true;
                },
                error -> {
                    if (error.isEmpty()) {
                        member.intentRecorded();
                    }
                    if (call == Call.DELETE) {
                        member.deleted.complete(error.map(Moves::message));
                    }
                    error.ifPresent(why -> member.trouble = message(why));
                });
    }

    /** One call about one ENI: afterwards the cloud is looked at, whatever the answer. */
    private void start(Member member, Call call, Supplier<Boolean> work, Consumer<Optional<EniException>> then) {
        member.busy = true;
        outside.start(call.text() + " " + member.id, work, answer -> {
            Instant now = clock.now();
            member.busy = false;
            member.changed(now);
            member.notBefore = now.plus(retry.delay(++member.attempts));
            gate.answered(call, answer, member.id, now);
            then.accept(answer.error());
            looks.soon();
        });
    }

    private static Refusal refusal(EniException error) {
        return error instanceof ProviderException refused ? refused.refusal() : Refusal.OTHER;
    }

    private static String message(EniException error) {
        return String.valueOf(error.getMessage());
    }
}

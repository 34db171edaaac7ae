package io.enim.core.internal.pool;

import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.Budget.Urgency;
import io.enim.core.internal.step.Step;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads an ENI in: attach, wait until the cloud confirms it (F2), meet its device at home, offer it. Belongs to the rounds. */
final class Arrivals {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    /** Devices looked for at once: more would only queue at the kernel, each with a thread of its own (P8). */
    private static final int MEETINGS = 64;

    private final Kit kit;
    private final Looks looks;
    private final Changes changes;
    private final Devices devices;
    private final Duration deviceTimeout;
    private final Backoff deviceLook;
    private int meetings;

    Arrivals(Kit kit, Looks looks, Changes changes) {
        this.kit = kit;
        this.looks = looks;
        this.changes = changes;
        this.devices = new Devices(kit.tools().devices(), kit.tools().homes());
        this.deviceTimeout = kit.tools().settings().duration(EniSetting.DEVICE_TIMEOUT);
        this.deviceLook = new Backoff(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                kit.tools().random());
    }

    void step(Member member, CloudEni eni, Agenda agenda, int cap) {
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
            kit.inventory().members.remove(member.id);
            agenda.again();
            return;
        }
        if (kit.inventory().attachedHere() >= cap) {
            giveUp(member, "there is no place for it: " + cap + " ENIs are all this node may have");
            if (member.retires()) {
                agenda.again();
            }
            return;
        }
        if (!kit.gate().tryPass(Call.ATTACH, Urgency.SERVING, agenda)) {
            return;
        }
        Intent intent = member.intent().get();
        boolean recorded = member.isRecorded();
        AttachRequest request = new AttachRequest(kit.tokens().next());
        changes.start(
                member,
                Call.ATTACH,
                () -> {
                    if (!recorded) {
                        kit.record(Step.POOL_RECORD_CREATE, intent);
                    }
                    kit.steps().run(Step.POOL_ATTACH, () -> kit.cloud().attach(member.id, request));
                },
                error -> {
                    if (error.isEmpty()) {
                        member.intentRecorded();
                    } else if (isLimit(error.get())) {
                        // F9: the lesson is kept, and the ENI that found no place does not come again.
                        kit.learned()
                                .refusedAt(
                                        kit.inventory().attachedHere(),
                                        Changes.message(error.get()),
                                        kit.clock().now());
                        giveUp(member, Changes.message(error.get()));
                    }
                });
    }

    private static boolean isLimit(EniException error) {
        return error instanceof ProviderException refused && refused.refusal() == Refusal.ENI_LIMIT;
    }

    private void meetDevice(Member member, CloudEni eni) {
        if (meetings == MEETINGS) {
            // The round after the next answer takes it up.
            return;
        }
        Optional<Intent> intent = member.intent().filter(known -> member.isRecorded());
        meetings++;
        member.busy = true;
        kit.outside()
                .start(
                        "find the device of " + member.id,
                        () -> {
                            Devices.Meeting meeting =
                                    kit.steps().call(Step.POOL_AWAIT_DEVICE, () -> devices.meet(eni.mac()));
                            if (meeting.isReady()) {
                                // Before it is offered: after that, the intent would call a serving ENI one that never
                                // served.
                                intent.ifPresent(kit::forget);
                            }
                            return meeting;
                        },
                        answer -> {
                            meetings--;
                            member.busy = false;
                            Devices.Meeting meeting = answer.value()
                                    .orElseGet(() -> Devices.Meeting.not(
                                            Changes.message(answer.error().orElseThrow())));
                            if (!meeting.isReady()) {
                                absent(member, meeting.why());
                            } else if (member.isFresh() && member.attachedSince != null && !member.retires()) {
                                offer(member);
                            }
                        });
    }

    private void offer(Member member) {
        Optional<Eni> eni = member.toEni(EniState.ATTACHING, Optional.empty());
        if (eni.isEmpty()) {
            absent(member, "the cloud gives it no address");
            return;
        }
        member.intentForgotten();
        member.attempts = 0;
        member.quarantined = false;
        member.trouble = "";
        member.freeSince = kit.clock().now();
        Instant restsUntil = kit.inventory().rests.getOrDefault(member.id, Instant.MIN);
        if (restsUntil.isAfter(kit.clock().wallTime())) {
            kit.inventory().shelf.rest(eni.get());
        } else {
            kit.inventory().shelf.put(eni.get());
            LOG.info("{} is ready", member.id);
            kit.tools().availabilityChanged().run();
        }
        kit.learned().reached(kit.inventory().attachedHere());
    }

    /** F16: a device that does not come in time is given up, and another ENI takes its place. */
    private void absent(Member member, String why) {
        Instant now = kit.clock().now();
        member.notBefore = now.plus(deviceLook.delay(++member.attempts));
        Instant since = member.attachedSince;
        if (since == null || since.plus(deviceTimeout).isAfter(now)) {
            return;
        }
        quarantine(
                member,
                "attached since " + since + ", and not ready within " + deviceTimeout.toSeconds() + " s: " + why);
        if (since.plus(deviceTimeout.multipliedBy(2)).isBefore(now)
                && member.intent().isPresent()) {
            giveUp(member, member.trouble);
        }
    }

    /** Retires what never served; what did not come from us, or has served, is only kept out of circulation. */
    private void giveUp(Member member, String why) {
        boolean ours = member.seen().filter(looks::isOurs).isPresent();
        if (ours && member.intent().isPresent()) {
            if (member.isRecorded()) {
                kit.forgetLater(member.intent().get());
            }
            LOG.warn("{} is retired without having served: {}", member.id, why);
            member.trouble = why;
            member.retire(Intent.retire(member.id, kit.clock().wallTime()), false);
        } else {
            quarantine(member, why);
        }
    }

    private static void quarantine(Member member, String why) {
        if (!member.quarantined) {
            LOG.warn("{} is quarantined: {}", member.id, why);
        }
        member.quarantined = true;
        member.trouble = why;
    }
}

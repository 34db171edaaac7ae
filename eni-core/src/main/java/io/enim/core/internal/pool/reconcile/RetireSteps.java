package io.enim.core.internal.pool;

import io.enim.core.internal.pool.Budget.Urgency;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads an ENI out: detach, wait until the cloud shows it free (F8), delete, wait until it is gone. Belongs to the rounds. */
final class Departures {
    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private final Kit kit;
    private final Looks looks;
    private final Changes changes;

    Departures(Kit kit, Looks looks, Changes changes) {
        this.kit = kit;
        this.looks = looks;
        this.changes = changes;
    }

    void step(Member member, CloudEni eni, Agenda agenda) {
        if (!looks.isOurs(eni)) {
            leaveAlone(member, "it is not marked as ours any more");
            return;
        }
        switch (eni.status()) {
            case ATTACHED, ATTACHING -> {
                if (eni.instanceId().filter(looks.instance()::equals).isEmpty()) {
                    leaveAlone(member, "it is attached to " + eni.instanceId().orElse("nothing we know"));
                } else {
                    end(member, Call.DETACH, () -> kit.cloud().detach(member.id), agenda);
                }
            }
            case AVAILABLE -> end(member, Call.DELETE, () -> kit.cloud().delete(member.id), agenda);
            case DETACHING, OTHER -> {
                // On its way by itself; looks follow it.
            }
        }
    }

    private void end(Member member, Call call, Runnable work, Agenda agenda) {
        if (!kit.gate().tryPass(call, Urgency.HOUSEKEEPING, agenda)) {
            return;
        }
        Intent intent = member.intent().orElseThrow();
        boolean recorded = member.isRecorded();
        changes.start(
                member,
                call,
                () -> {
                    if (!recorded) {
                        kit.record(Step.POOL_RECORD_RETIRE, intent);
                    }
                    kit.steps().run(call.step(), work);
                },
                error -> {
                    if (error.isEmpty()) {
                        member.intentRecorded();
                    }
                    if (call == Call.DELETE) {
                        member.deleted.complete(error.map(Changes::message));
                    }
                    error.ifPresent(why -> member.trouble = Changes.message(why));
                });
    }

    private void leaveAlone(Member member, String why) {
        member.deleted.complete(Optional.of("left alone, " + why));
        forget(member, why);
    }

    /** The pool has nothing to do with it any more. A disk that refuses is asked again later, like a cloud. */
    void forget(Member member, String why) {
        LOG.info("{} is not of this pool any more: {}", member.id, why);
        member.busy = true;
        Optional<Intent> intent = member.intent().filter(known -> member.isRecorded());
        kit.outside()
                .<Boolean>start(
                        "forget " + member.id,
                        () -> {
                            intent.ifPresent(kit::forget);
                            kit.store().forgetRest(member.id);
                            return true;
                        },
                        answer -> {
                            member.busy = false;
                            if (answer.error().isEmpty()) {
                                kit.inventory().members.remove(member.id);
                                kit.inventory().rests.remove(member.id);
                                member.deleted.complete(Optional.empty());
                            }
                            answer.error().ifPresent(error -> {
                                member.trouble = Changes.message(error);
                                changes.later(member);
                            });
                        });
    }
}

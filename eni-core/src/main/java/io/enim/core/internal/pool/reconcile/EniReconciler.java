package io.enim.core.internal.pool;

import io.enim.provider.CloudEni;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whose turn it is. A step that changes something at the cloud's side is taken only on what a look showed after
 * the change before it. Belongs to the rounds.
 */
final class Moves {
    private static final Logger LOG = LoggerFactory.getLogger(Moves.class);

    private final Kit kit;
    private final Arrivals arrivals;
    private final Departures departures;

    Moves(Kit kit, Looks looks) {
        this.kit = kit;
        Changes changes = new Changes(kit, looks);
        this.arrivals = new Arrivals(kit, looks, changes);
        this.departures = new Departures(kit, looks, changes);
    }

    void step(Agenda agenda, int cap) {
        for (Member member : List.copyOf(kit.inventory().members.values())) {
            if (!member.busy) {
                decide(member, agenda, cap);
            }
        }
    }

    private void decide(Member member, Agenda agenda, int cap) {
        if (member.shelved.isPresent()) {
            watch(member, agenda);
        } else if (!member.isGone() && !member.isFresh()) {
            // The next look decides.
            return;
        } else if (!agenda.isDue(member.notBefore)) {
            agenda.at(member.notBefore);
        } else if (member.isGone()) {
            departures.forget(member, "two looks at the cloud did not show it");
        } else if (member.retires()) {
            departures.step(member, member.seen().orElseThrow(), agenda);
        } else {
            arrivals.step(member, member.seen().orElseThrow(), agenda, cap);
        }
    }

    /**
     * One that serves: only two looks that contradict it take it out, and only if nobody holds it (F1). So does the word of
     * who held it that its device was brought home by nobody.
     */
    private void watch(Member member, Agenda agenda) {
        if (!member.isFree()) {
            member.freeSince = agenda.now();
        }
        member.trouble = trouble(member);
        // An intent that outlived the step it was for: who serves needs none.
        member.intent().ifPresent(intent -> {
            kit.forgetLater(intent);
            member.intentForgotten();
        });
        if ((member.isWrittenOff() || member.isGone() || member.isAstray())
                && kit.inventory().shelf.take(member.id)) {
            LOG.warn(
                    "{} is no longer offered: {}",
                    member.id,
                    member.isWrittenOff() ? "it was written off" : member.trouble);
            agenda.again();
        }
    }

    private static String trouble(Member member) {
        if (member.missed() > 0) {
            return "not in the cloud's last " + member.missed() + " descriptions";
        }
        if (member.attachedSince == null) {
            return "the cloud says " + member.seen().map(CloudEni::status).orElseThrow() + ", not attached here";
        }
        return "";
    }
}

package io.enim.core.internal.pool;

import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is ours in the cloud and nobody needs (P12). Either it is proven, by mark, age, two looks and absence everywhere,
 * or it is reported and left. Belongs to the rounds.
 */
final class Leftovers {
    /**
     * One thing found.
     *
     * @param member the ENI that is now being deleted; empty when nothing is done
     * @param finding what is said when nothing is done, or when the deletion succeeded
     */
    record Case(Optional<Member> member, Finding finding) {}

    private final Inventory inventory;
    private final Looks looks;
    private final SteadyClock clock;
    private final Duration minimumAge;
    private final Duration period;

    Leftovers(Kit kit, Looks looks) {
        this.inventory = kit.inventory();
        this.clock = kit.clock();
        this.looks = looks;
        this.minimumAge = kit.tools().settings().duration(EniSetting.GC_AGE);
        this.period = kit.tools().settings().duration(EniSetting.POOL_RECONCILE);
    }

    String evidence(Stray stray) {
        return stray.evidence(minimumAge);
    }

    /** One that may be used again: what was proven to be free to be deleted is as free to be attached. */
    Optional<Stray> takeProven(Instant now) {
        if (generalDoubt(now).isPresent()) {
            return Optional.empty();
        }
        Optional<Stray> proven = inventory.strays.values().stream()
                .filter(stray -> stray.doubt(minimumAge, now).isEmpty())
                .findFirst();
        proven.ifPresent(stray -> inventory.strays.remove(stray.eni().id()));
        return proven;
    }

    List<Case> collect(Mode mode) {
        Instant now = clock.now();
        List<Case> cases = new ArrayList<>();
        Optional<String> doubt = generalDoubt(now);
        for (Stray stray : List.copyOf(inventory.strays.values())) {
            Optional<String> why = doubt.isPresent() ? doubt : stray.doubt(minimumAge, now);
            cases.add(why.map(text -> left(stray, text)).orElseGet(() -> proven(stray, mode)));
        }
        if (cases.isEmpty()) {
            doubt.filter(text -> !inventory.looked || isStale(now))
                    .ifPresent(text -> cases.add(new Case(
                            Optional.empty(),
                            new Finding(Kind.UNCERTAIN, "cloud leftovers", text, "delete nothing", Outcome.LEFT))));
        }
        inventory
                .foreign
                .values()
                .forEach(eni -> cases.add(new Case(
                        Optional.empty(),
                        new Finding(
                                Kind.UNCERTAIN,
                                eni.id(),
                                "attached here, and marked " + eni.mark().orElseThrow() + ", which is another node",
                                "leave it alone",
                                Outcome.LEFT))));
        inventory.members.values().stream()
                .filter(member -> member.retires() && !member.trouble.isEmpty() && member.attempts > 1)
                .forEach(member -> cases.add(new Case(
                        Optional.empty(),
                        new Finding(
                                Kind.CLOUD_LEFTOVER,
                                member.id,
                                "to be retired since "
                                        + member.intent().map(Intent::since).orElse(now),
                                "detach and delete, tried " + member.attempts + " times: " + member.trouble,
                                Outcome.FAILED))));
        return cases;
    }

    private Case left(Stray stray, String why) {
        return new Case(
                Optional.empty(),
                new Finding(
                        Kind.UNCERTAIN,
                        stray.eni().id(),
                        "marked as ours and unknown here, but not proven to be a leftover: " + why,
                        "leave it",
                        Outcome.LEFT));
    }

    private Case proven(Stray stray, Mode mode) {
        String id = stray.eni().id();
        Finding finding = new Finding(
                Kind.CLOUD_LEFTOVER,
                id,
                stray.evidence(minimumAge),
                "delete it",
                mode == Mode.DRY_RUN ? Outcome.WOULD_DO : Outcome.DONE);
        if (mode == Mode.DRY_RUN) {
            return new Case(Optional.empty(), finding);
        }
        inventory.strays.remove(id);
        Member member = new Member(id);
        member.visible();
        member.seen(stray.eni(), inventory.lastLook, looks.instance());
        member.retire(Intent.retire(id, clock.wallTime()), false);
        // One more look, from now, has to find it free before it is deleted.
        member.changed(clock.now());
        inventory.members.put(id, member);
        looks.soon();
        return new Case(Optional.of(member), finding);
    }

    /** What makes every proof impossible: unknown is not dead. */
    private Optional<String> generalDoubt(Instant now) {
        if (!inventory.looked) {
            return Optional.of("the cloud was not heard since the start");
        }
        if (isStale(now)) {
            return Optional.of(
                    "the cloud was last heard at " + inventory.lastLook + ", too long ago to prove anything");
        }
        if (inventory.isUnheardCreationPending()) {
            return Optional.of("a creation is under way whose ENI is not known yet");
        }
        if (!inventory.awaited.isEmpty()) {
            return Optional.of(
                    "the cloud does not show every ENI that the ledger holds: " + inventory.awaited.values());
        }
        return Optional.empty();
    }

    private boolean isStale(Instant now) {
        return inventory.lastLook.plus(period.multipliedBy(2)).isBefore(now);
    }
}

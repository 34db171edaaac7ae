// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.EniState;
import io.enim.core.internal.pool.model.EniTable.Need;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.model.PooledEni.Desired;
import io.enim.provider.CloudEni;
import java.time.Instant;
import java.util.Optional;

/**
 * The next action for one ENI: a pure function of what is desired, what the cloud said, its lease, and the time.
 *
 * <p>The first row that fits decides; {@code -} fits everything. {@code due} is whether the next attempt is due.
 *
 * <pre>
 * lease             desired            observed                                 due  action
 * QUARANTINED       -                  -                                        -    WITHDRAW
 * READY, RECYCLING  -                  GONE                                     -    WITHDRAW
 * not none          -                  ATTACHED_HERE                            -    SERVE
 * not none          -                  -                                        -    WAIT_FOR_CLOUD
 * none              -                  STALE, MOVING                            -    WAIT_FOR_CLOUD
 * none              PROVISIONED, KEPT  ATTACHING_HERE, ATTACHING_ELSEWHERE      -    WAIT_FOR_CLOUD
 * none              -                  -                                        no   BACK_OFF
 * none              -                  GONE                                     yes  FORGET
 * none              RETIRED            AVAILABLE                                yes  DELETE
 * none              RETIRED            ATTACHING_HERE, ATTACHED_HERE            yes  DETACH
 * none              RETIRED            NOT_OURS, *_ELSEWHERE                    yes  ABANDON
 * none              PROVISIONED        AVAILABLE                                yes  ATTACH
 * none              KEPT               AVAILABLE                                yes  DROP
 * none              PROVISIONED, KEPT  ATTACHED_HERE                            yes  CHECK_DEVICE
 * none              PROVISIONED, KEPT  ATTACHED_ELSEWHERE                       yes  QUARANTINE
 * </pre>
 *
 * <p>Another describe is needed soon only for {@code WAIT_FOR_CLOUD}. An ENI that an endpoint holds, {@code IN_USE}, is
 * never withdrawn (F1); {@code QUARANTINED} is one that its holder gave up as lost.
 */
public final class EniTransitions {
    /** What the describes say. */
    enum Observed {
        /** Nothing that may be acted on: not described since the last change, or not confirmed by a second describe yet. */
        STALE,
        /** Two describes did not show it, or, if it is leased, showed it and not attached here. */
        GONE,
        AVAILABLE,
        ATTACHING_HERE,
        ATTACHING_ELSEWHERE,
        ATTACHED_HERE,
        ATTACHED_ELSEWHERE,
        /** Detaching, or in a status that allows no change. */
        MOVING,
        /** Without our owner tag; only asked of one to be retired. */
        NOT_OURS
    }

    enum Action {
        /** Another describe decides. */
        WAIT_FOR_CLOUD,
        /** The next attempt is not due yet. */
        BACK_OFF,
        /** Nothing to do: it serves. */
        SERVE,
        /** Offer it no longer. */
        WITHDRAW,
        ATTACH,
        /** Check its device, and offer it if that is ready. */
        CHECK_DEVICE,
        /** Keep it out of circulation. */
        QUARANTINE,
        /** Take it out of the inventory: it was the pool's only as long as it was attached. */
        DROP,
        DETACH,
        DELETE,
        /** Forget it, and report that it was not deleted. */
        ABANDON,
        /** Remove its records from disk and inventory. */
        FORGET
    }

    private EniTransitions() {}

    static Action next(PooledEni eni, PoolInventory inventory, Instant now) {
        return next(
                eni.desired(),
                observed(eni, inventory),
                eni.lease(),
                !eni.notBefore().isAfter(now));
    }

    /** What the next action waits for, apart from its time. */
    public static Need need(PooledEni eni, PoolInventory inventory) {
        if (eni.isBusy()) {
            return Need.NOTHING;
        }
        return switch (next(eni.desired(), observed(eni, inventory), eni.lease(), true)) {
            case WAIT_FOR_CLOUD -> Need.DESCRIBE;
            case SERVE -> Need.NOTHING;
            default -> Need.ACTION;
        };
    }

    static Action next(Desired desired, Observed observed, Optional<EniState> lease, boolean due) {
        if (lease.isEmpty()) {
            Action action = desired == Desired.RETIRED ? retire(observed) : provision(desired, observed);
            return due || action == Action.WAIT_FOR_CLOUD ? action : Action.BACK_OFF;
        }
        boolean held = lease.get() == EniState.IN_USE;
        if (lease.get() == EniState.QUARANTINED || !held && observed == Observed.GONE) {
            return Action.WITHDRAW;
        }
        return observed == Observed.ATTACHED_HERE ? Action.SERVE : Action.WAIT_FOR_CLOUD;
    }

    private static Action retire(Observed observed) {
        return switch (observed) {
            case STALE, MOVING -> Action.WAIT_FOR_CLOUD;
            case GONE -> Action.FORGET;
            case AVAILABLE -> Action.DELETE;
            case ATTACHING_HERE, ATTACHED_HERE -> Action.DETACH;
            case ATTACHING_ELSEWHERE, ATTACHED_ELSEWHERE, NOT_OURS -> Action.ABANDON;
        };
    }

    private static Action provision(Desired desired, Observed observed) {
        return switch (observed) {
            case STALE, MOVING, ATTACHING_HERE, ATTACHING_ELSEWHERE, NOT_OURS -> Action.WAIT_FOR_CLOUD;
            case GONE -> Action.FORGET;
            case AVAILABLE -> desired == Desired.PROVISIONED ? Action.ATTACH : Action.DROP;
            case ATTACHED_HERE -> Action.CHECK_DEVICE;
            case ATTACHED_ELSEWHERE -> Action.QUARANTINE;
        };
    }

    private static Observed observed(PooledEni eni, PoolInventory inventory) {
        if (eni.isGone() || eni.isLeased() && eni.isDetachedElsewhere()) {
            return Observed.GONE;
        }
        if (!eni.isFresh()) {
            return Observed.STALE;
        }
        CloudEni last = eni.observed().orElseThrow();
        if (eni.isRetiring() && !inventory.isOurs(last)) {
            return Observed.NOT_OURS;
        }
        boolean here = inventory.isHere(last);
        return switch (last.status()) {
            case AVAILABLE -> Observed.AVAILABLE;
            case ATTACHING -> here ? Observed.ATTACHING_HERE : Observed.ATTACHING_ELSEWHERE;
            case ATTACHED -> here ? Observed.ATTACHED_HERE : attachedElsewhere(eni);
            case DETACHING, OTHER -> Observed.MOVING;
        };
    }

    /** One describe does not prove that an ENI the pool wants here is elsewhere. */
    private static Observed attachedElsewhere(PooledEni eni) {
        return eni.isRetiring() || eni.isDetachedElsewhere() ? Observed.ATTACHED_ELSEWHERE : Observed.STALE;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.PrintableText;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.DescribeMerge;
import io.enim.core.internal.pool.model.DescribeTimer;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Describes the cloud when the timer says so, and merges the result. Confined to the reconcile loop, but for what runs off-loop. */
public final class CloudObserver {
    private static final int MAX_TEXT = 300;

    private record Observation(
            String instance,
            boolean ofAnother,
            List<@Nullable CloudEni> enis,
            OptionalInt maxEnis,
            Optional<String> howToGetMore,
            String limitsError) {}

    private final EniCloud cloud;
    private final CloudCallGate gate;
    private final PoolInventory inventory;
    private final DescribeTimer timer;
    private final DescribeMerge merge;
    private final IntentLog intents;
    private final Duration staleAfter;
    private boolean underWay;
    private boolean limitsDue = true;
    private String error = "";
    private String limitsError = "";

    /** An observer that reports the last describe when it is older than {@code staleAfter}. */
    public CloudObserver(
            EniCloud cloud,
            CloudCallGate gate,
            PoolInventory inventory,
            DescribeMerge merge,
            IntentLog intents,
            Duration staleAfter) {
        this.cloud = cloud;
        this.gate = gate;
        this.timer = inventory.describeTimer;
        this.inventory = inventory;
        this.merge = merge;
        this.intents = intents;
        this.staleAfter = staleAfter;
    }

    public void step(RoundSchedule schedule) {
        Instant now = schedule.now();
        if (underWay
                || !schedule.isDueOrRequeue(timer.due(isChangePending()))
                || !gate.tryPass(CloudCall.DESCRIBE, schedule)) {
            return;
        }
        underWay = true;
        limitsDue |= timer.isRegularDue(now);
        boolean limits = limitsDue;
        gate.start(CloudCall.DESCRIBE, "", () -> describeOffLoop(limits), result -> onDescribed(result, now));
        timer.began(now);
        schedule.requeueAt(timer.due(false));
    }

    /** When the cloud is asked next; in the past while it is being asked. */
    public Instant nextDescribe() {
        return underWay ? Instant.MIN : timer.due(isChangePending());
    }

    /** Whether another describe is needed soon. */
    private boolean isChangePending() {
        return inventory.pendingCreates.values().stream()
                        .anyMatch(pending -> pending.awaitsDescribe(inventory.lastDescribe()))
                || inventory.enis.isAnyAwaitingDescribe();
    }

    private Observation describeOffLoop(boolean limits) {
        String here = cloud.node().instanceId();
        // May contain nulls, which are for the merge to name.
        List<@Nullable CloudEni> enis = new ArrayList<>(gate.call(CloudCall.DESCRIBE, cloud::describe));
        boolean ofAnother = intents.areOfAnother(here);
        if (!limits) {
            return new Observation(here, ofAnother, enis, OptionalInt.empty(), Optional.empty(), "");
        }
        try {
            OptionalInt most = OptionalInt.of(cloud.limits().maxEnis());
            return new Observation(
                    here,
                    ofAnother,
                    enis,
                    most,
                    cloud.howToGetMore().map(text -> PrintableText.of(text, MAX_TEXT)),
                    "");
        } catch (RuntimeException | Error e) {
            // The ENIs are known all the same; the last limit known still holds.
            String why = "the cloud does not tell its limits: " + e;
            return new Observation(here, ofAnother, enis, OptionalInt.empty(), Optional.empty(), why);
        }
    }

    private void onDescribed(CallResult<Observation> result, Instant began) {
        underWay = false;
        Instant now = result.ended();
        if (result.value().isEmpty()) {
            error = "the cloud cannot be described: " + result.problem().orElseThrow();
            timer.failed(now);
            return;
        }
        error = "";
        timer.succeeded(now);
        Observation seen = result.value().get();
        limitsDue &= seen.maxEnis().isEmpty();
        limitsError = seen.limitsError();
        if (seen.ofAnother()) {
            inventory.disown();
        }
        inventory.describing(seen.instance(), seen.maxEnis(), seen.howToGetMore());
        if (merge.merge(seen.enis(), began)) {
            timer.describeSoon(now);
        }
        inventory.describedAt(began);
    }

    /** Why the pool's picture of the cloud is incomplete or old; empty when it is neither. */
    public List<String> problems(Instant now) {
        String age = PoolInventory.NOT_DESCRIBED;
        if (inventory.isDescribed()) {
            Duration old = Duration.between(inventory.lastDescribe(), now);
            age = old.compareTo(staleAfter) > 0
                    ? "the last successful cloud describe is " + old.toSeconds() + " s old"
                    : "";
        }
        return Stream.of(error, age, limitsError)
                .filter(text -> !text.isEmpty())
                .toList();
    }
}

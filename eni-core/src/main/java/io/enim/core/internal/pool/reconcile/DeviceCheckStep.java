// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.cooldown.Cooldowns;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.reconcile.DeviceVerdict.Kind;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Offers an attached ENI (F2) once its device is ready. Confined to the reconcile loop, but for what runs off-loop. */
public final class DeviceCheckStep {
    private static final SafeLogger LOG = SafeLogger.of(DeviceCheckStep.class);

    /** Concurrent checks: more would only queue at the kernel, each with a thread of its own (P8). */
    private static final int MAX_CHECKS = 64;

    private static final String NO_ADDRESS =
            "the cloud reports no address for it, so that no endpoint can have it; see it at the cloud";

    private final OffLoopCalls offLoop;
    private final DeviceReadiness readiness;
    private final IntentLog intents;
    private final PoolInventory inventory;
    private final EniMutations mutations;
    private final Cooldowns cooldowns;
    private final Duration deviceTimeout;
    private final Backoff backoff;
    private final Backoff afterFailedAdds;
    private int running;

    public DeviceCheckStep(
            EniSettings settings,
            RandomGenerator random,
            OffLoopCalls offLoop,
            DeviceReadiness readiness,
            IntentLog intents,
            PoolInventory inventory,
            EniMutations mutations,
            Cooldowns cooldowns) {
        this.offLoop = offLoop;
        this.readiness = readiness;
        this.intents = intents;
        this.inventory = inventory;
        this.mutations = mutations;
        this.cooldowns = cooldowns;
        this.deviceTimeout = settings.duration(EniSetting.DEVICE_TIMEOUT);
        this.backoff = Backoff.ofSeconds(1, 2, 30, random);
        this.afterFailedAdds = Backoff.ofSeconds(2, 5, 600, random);
    }

    void start(PooledEni eni, Instant now) {
        if (eni.hasNoAddress()) {
            EniMutations.quarantine(eni, NO_ADDRESS);
            notReady(eni, NO_ADDRESS, now);
            return;
        }
        if (running == MAX_CHECKS) {
            // The round after the next result starts it.
            return;
        }
        MacAddress mac = eni.observed().map(CloudEni::mac).orElseThrow();
        Optional<CloudIntent> intent = eni.intent();
        running++;
        eni.beginCall();
        offLoop.start(
                "check the device of", eni.id(), () -> checkOffLoop(mac, intent), result -> onChecked(eni, result));
    }

    private DeviceVerdict checkOffLoop(MacAddress mac, Optional<CloudIntent> intent) {
        // One whose intent stands has not served yet, so that no tenant can have left anything.
        DeviceVerdict verdict = intent.isPresent() ? readiness.check(mac) : readiness.checkServed(mac);
        if (verdict.kind() == Kind.READY) {
            // Before the ENI is offered: after that, the record would say of a serving ENI that it never served.
            intent.ifPresent(intents::forget);
        }
        return verdict;
    }

    private void onChecked(PooledEni eni, CallResult<DeviceVerdict> result) {
        running--;
        eni.callEnded();
        DeviceVerdict verdict = result.value()
                .orElseGet(() -> new DeviceVerdict(Kind.DIRTY, result.problem().orElseThrow()));
        if (verdict.kind() == Kind.CONTESTED) {
            contested(eni, verdict.why(), result.ended());
        } else if (verdict.kind() == Kind.OCCUPIED) {
            EniMutations.quarantine(eni, verdict.why());
            eni.retryAfter(backoff, result.ended());
        } else if (verdict.kind() != Kind.READY) {
            notReady(eni, verdict.why(), result.ended());
        } else if (eni.isFresh() && eni.attachedSince().isPresent() && !eni.isRetiring()) {
            offer(eni, result.ended());
        }
    }

    private void offer(PooledEni eni, Instant now) {
        Optional<Eni> offered = eni.toEni(EniState.ATTACHING, Optional.empty());
        if (offered.isEmpty()) {
            notReady(eni, NO_ADDRESS, now);
            return;
        }
        eni.ready(now);
        if (cooldowns.isRunning(eni.id())) {
            inventory.leases.putCoolingDown(offered.get());
        } else {
            LOG.info("{} is ready", eni.id());
            inventory.leases.put(offered.get());
        }
        inventory.learnedQuota.reached(inventory.enis.count(Trait.ATTACHED_HERE));
    }

    /** An ADD could not use it: it is checked anew, at once after the first time, then later and later. */
    void failedAdd(PooledEni eni, String fault, Instant now) {
        EniMutations.quarantine(eni, fault);
        eni.failedAdd(afterFailedAdds, now);
    }

    /** It is told at once, and the ENI is not given up: another one would fare the same (P20). */
    private void contested(PooledEni eni, String why, Instant now) {
        if (eni.problem().isEmpty()) {
            LOG.warn("{} is not ready: {}", eni.id(), why);
        }
        eni.failed(why);
        eni.retryAfter(backoff, now);
    }

    /** The device of a free ENI changed: an ENI whose device the host's software configured is withdrawn, and checked anew. */
    public void onDeviceChanged(PooledEni eni) {
        Optional<MacAddress> mac = eni.observed().map(CloudEni::mac);
        if (mac.isEmpty() || eni.isBusy() || running == MAX_CHECKS) {
            // Garbage collection looks at every free ENI's device.
            return;
        }
        running++;
        eni.beginCall();
        offLoop.start("look at the device of", eni.id(), () -> readiness.isConfiguredByHost(mac.get()), result -> {
            running--;
            eni.callEnded();
            if (result.value().orElse(false) && inventory.withdraw(eni)) {
                LOG.warn("{} is no longer offered: software of the host configured its device", eni.id());
            }
        });
    }

    /** F16: after a device timeout the ENI is quarantined, after two it is given up, and another takes its place. */
    private void notReady(PooledEni eni, String why, Instant now) {
        eni.retryAfter(backoff, now);
        Optional<Instant> late =
                eni.awaitedSince().filter(since -> !since.plus(deviceTimeout).isAfter(now));
        if (late.isEmpty()) {
            return;
        }
        String problem =
                "awaited since " + late.get() + ", and not ready within " + deviceTimeout.toSeconds() + " s: " + why;
        EniMutations.quarantine(eni, problem);
        if (late.get().plus(deviceTimeout.multipliedBy(2)).isBefore(now)) {
            mutations.giveUp(eni, problem);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import io.enim.AmbiguousProviderException;
import io.enim.CloudCalls;
import io.enim.EniException;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.step.StepRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Circuit breakers, call budget and metrics around each cloud call. Confined to the reconcile loop, but for {@link #call}. */
public final class CloudCallGate {
    private static final SafeLogger LOG = SafeLogger.of(CloudCallGate.class);
    private static final Set<String> NAMES =
            Stream.of(CloudCall.values()).map(CloudCall::text).collect(Collectors.toUnmodifiableSet());

    private final CircuitBreakers circuitBreakers;
    private final CallBudget callBudget;
    private final EniMetrics metrics;
    private final StepRunner steps;
    private final OffLoopCalls offLoop;
    private final Map<CloudCall, CloudCalls.Ended> counts = new EnumMap<>(CloudCall.class);
    private volatile List<TokenBucket.Level> levels = List.of();
    private volatile List<CloudCalls.Ended> ended = List.of();

    public CloudCallGate(
            EniSettings settings,
            RandomGenerator random,
            EniMetrics metrics,
            StepRunner steps,
            OffLoopCalls offLoop,
            Instant now) {
        this.circuitBreakers = new CircuitBreakers(random);
        this.callBudget = new CallBudget(
                settings.count(EniSetting.POOL_RATE),
                settings.count(EniSetting.POOL_MAX),
                settings.duration(EniSetting.POOL_POLL_INITIAL),
                now);
        this.metrics = metrics;
        this.steps = steps;
        this.offLoop = offLoop;
    }

    /** Whether endpoints wait for what creates and attaches make: told at the begin of each round. */
    public void endpointsWait(boolean wait) {
        callBudget.endpointsWait(wait);
    }

    /** Whether the breakers allow such calls; takes nothing. */
    public boolean allows(CloudCall cloudCall, Instant now) {
        return circuitBreakers.allow(cloudCall, now);
    }

    /** Whether the last such call, or one of its kind, was refused. */
    public boolean isRefused(CloudCall cloudCall) {
        return circuitBreakers.isOpen(cloudCall);
    }

    /** Whether the call may be made now; if not, the schedule knows when to ask again. */
    public boolean tryPass(CloudCall cloudCall, RoundSchedule schedule) {
        Instant now = schedule.now();
        if (!circuitBreakers.allow(cloudCall, now)) {
            schedule.requeueAt(circuitBreakers.nextProbe(now));
            return false;
        }
        if (!callBudget.tryTake(cloudCall, now)) {
            metrics.cloudCallHeldBack(cloudCall.text());
            schedule.requeueAt(callBudget.availableAt(cloudCall, now));
            return false;
        }
        circuitBreakers.began(cloudCall);
        return true;
    }

    /** Starts work with a call that passed, off-loop; {@code then} receives the result, on the loop. */
    public <T> void start(CloudCall cloudCall, String subject, Supplier<T> work, Consumer<CallResult<T>> then) {
        offLoop.start(cloudCall.text(), subject, work, result -> {
            completed(cloudCall, result, subject);
            then.accept(result);
        });
    }

    /** Off-loop: makes the call itself, as a step. */
    public <T> T call(CloudCall cloudCall, Supplier<T> call) {
        return steps.call(cloudCall.step(), call);
    }

    private void completed(CloudCall cloudCall, CallResult<?> result, String subject) {
        Duration took = Duration.between(result.began(), result.ended());
        Optional<EniException> error = result.error();
        if (error.isEmpty()) {
            circuitBreakers.succeeded(cloudCall, result.began());
            count(cloudCall, 1, 0, "");
            metrics.cloudCall(cloudCall.text(), "ok", took);
            if (cloudCall.isMutating()) {
                LOG.info("cloud {} {}: ok in {} ms", cloudCall.text(), subject, took.toMillis());
            }
            return;
        }
        String outcome = error.get().getClass().getSimpleName();
        String message = CallResult.message(error.get());
        if (error.get() instanceof ProviderException refused) {
            outcome = refused.refusal().name();
            if (refused instanceof AmbiguousProviderException && refused.refusal() == Refusal.TOKEN_MISMATCH) {
                // It concerns one token, whose ENI will be found.
                circuitBreakers.ended(cloudCall);
            } else {
                circuitBreakers.refused(cloudCall, refused.refusal(), message, result.began(), result.ended());
            }
        } else {
            circuitBreakers.ended(cloudCall);
        }
        count(cloudCall, 0, 1, outcome);
        metrics.cloudCall(cloudCall.text(), outcome, took);
        LOG.warn("cloud {} {}: {} after {} ms", cloudCall.text(), subject, message, took.toMillis());
    }

    private void count(CloudCall cloudCall, int succeeded, int failed, String failure) {
        counts.merge(
                cloudCall,
                new CloudCalls.Ended(cloudCall.text(), succeeded, failed, failure),
                (before, now) -> new CloudCalls.Ended(
                        before.call(),
                        before.succeeded() + succeeded,
                        before.failed() + failed,
                        failure.isEmpty() ? before.latestFailure() : failure));
    }

    /** On the loop, at the end of a round: from now on {@link #calls} tells of this. */
    public void publish() {
        levels = callBudget.levels();
        ended = counts.values().stream().toList();
    }

    /** What is asked of the cloud, and how much more may be. On any thread; does not block. */
    public CloudCalls calls(Instant now) {
        List<CloudCalls.UnderWay> underWay = offLoop.underWay().stream()
                .filter(call -> NAMES.contains(call.call()))
                .toList();
        return new CloudCalls(
                underWay, ended, levels.stream().map(level -> level.at(now)).toList());
    }

    public List<String> problems(Instant now) {
        return circuitBreakers.problems(now);
    }
}

package io.enim.core.internal.pool.throttle;

import io.enim.EniException;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.ProviderException;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.reconcile.PoolDependencies;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every call to the cloud passes on its way out and back: breakers, budget, metrics. Belongs to the rounds. */
public final class CloudCallGate {
    private static final Logger LOG = LoggerFactory.getLogger(CloudCallGate.class);

    private final CircuitBreakers circuitBreakers;
    private final CallBudget callBudget;
    private final EniMetrics metrics;

    CloudCallGate(CircuitBreakers circuitBreakers, CallBudget callBudget, EniMetrics metrics) {
        this.circuitBreakers = circuitBreakers;
        this.callBudget = callBudget;
        this.metrics = metrics;
    }

    public static CloudCallGate of(PoolDependencies tools, Instant now) {
        EniSettings settings = tools.settings();
        return new CloudCallGate(
                new CircuitBreakers(tools.random()),
                new CallBudget(
                        settings.count(EniSetting.POOL_RATE),
                        settings.count(EniSetting.POOL_MAX),
                        settings.duration(EniSetting.POOL_POLL_INITIAL),
                        now),
                tools.metrics());
    }

    /** Whether a breaker holds such calls back; takes nothing. */
    public boolean isOpen(CloudCall cloudCall, Instant now) {
        return circuitBreakers.allow(cloudCall, now);
    }

    /** Whether the call may be made now; if not, the agenda knows when to ask again. */
    public boolean tryPass(CloudCall cloudCall, Urgency urgency, RoundSchedule roundSchedule) {
        Instant now = roundSchedule.now();
        if (!circuitBreakers.allow(cloudCall, now)) {
            roundSchedule.requeueAt(circuitBreakers.nextProbe(now));
            return false;
        }
        if (!callBudget.tryTake(cloudCall, urgency, now)) {
            roundSchedule.requeueAt(callBudget.availableAt(cloudCall, urgency, now));
            return false;
        }
        circuitBreakers.began(cloudCall);
        return true;
    }

    public void completed(CloudCall cloudCall, CallResult<?> callResult, String subject, Instant now) {
        Duration took = Duration.between(callResult.began(), now);
        Optional<EniException> error = callResult.error();
        if (error.isEmpty()) {
            circuitBreakers.succeeded(cloudCall, callResult.began());
            metrics.cloudCall(cloudCall.text(), "ok", took);
            if (cloudCall.isMutating()) {
                LOG.info("cloud {} {}: ok in {} ms", cloudCall.text(), subject, took.toMillis());
            }
            return;
        }
        callBudget.failed(cloudCall);
        String outcome = error.get().getClass().getSimpleName();
        if (error.get() instanceof ProviderException refused) {
            outcome = refused.refusal().name();
            circuitBreakers.refused(cloudCall, refused.refusal(), String.valueOf(refused.getMessage()), now);
        } else {
            circuitBreakers.ended(cloudCall);
        }
        metrics.cloudCall(cloudCall.text(), outcome, took);
        LOG.warn(
                "cloud {} {}: {} after {} ms",
                cloudCall.text(),
                subject,
                error.get().getMessage(),
                took.toMillis());
    }

    public List<String> problems(Instant now) {
        return circuitBreakers.problems(now);
    }

    public List<CallBudgetStatus> budget(Instant now) {
        return callBudget.statuses(now);
    }
}

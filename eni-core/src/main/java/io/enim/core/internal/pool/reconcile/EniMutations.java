package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Starts one mutating call about an ENI, with its intent on disk before. The ENI is stale from then on until the next
 * describe. Confined to the reconcile loop; not thread-safe.
 */
public final class EniMutations {
    private final CloudCallGate gate;
    private final IntentLog intents;
    private final StepRunner steps;
    private final DescribeTimer describeTimer;
    private final Backoff retry;

    public EniMutations(
            CloudCallGate gate,
            IntentLog intents,
            StepRunner steps,
            DescribeTimer describeTimer,
            RandomGenerator random) {
        this.gate = gate;
        this.intents = intents;
        this.steps = steps;
        this.describeTimer = describeTimer;
        this.retry = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(5), random);
    }

    /**
     * Starts a call if the gate lets it pass.
     *
     * @param work makes the call; runs off-loop
     * @param then receives the result, on the loop
     */
    void start(
            PooledEni eni,
            CloudCall cloudCall,
            RoundSchedule schedule,
            Runnable work,
            Consumer<CallResult<Boolean>> then) {
        CloudIntent intent = eni.intent().orElseThrow();
        boolean retiring = intent.kind() == CloudIntent.Kind.RETIRE;
        if (!gate.tryPass(cloudCall, retiring ? Urgency.HOUSEKEEPING : Urgency.SERVING, schedule)) {
            return;
        }
        Step recordStep = retiring ? Step.POOL_RECORD_RETIRE : Step.POOL_RECORD_CREATE;
        boolean recorded = eni.recordedIntent().isPresent();
        Optional<CloudEni.Status> before = eni.observed().map(CloudEni::status);
        eni.beginCall();
        gate.start(
                cloudCall,
                eni.id(),
                () -> {
                    if (!recorded) {
                        intents.record(recordStep, intent);
                    }
                    steps.run(cloudCall.step(), work);
                    return true;
                },
                result -> {
                    onMutated(eni, before, result);
                    then.accept(result);
                });
    }

    /** A describe that saw the ENI move on before the result came makes the next attempt a first one. */
    private void onMutated(PooledEni eni, Optional<CloudEni.Status> before, CallResult<Boolean> result) {
        Instant now = result.ended();
        eni.callEnded();
        eni.changed(now);
        if (before.equals(eni.observed().map(CloudEni::status))) {
            retryLater(eni, now);
        }
        if (result.error().isEmpty()) {
            eni.intentRecorded();
        }
        describeTimer.describeSoon(now);
    }

    void retryLater(PooledEni eni, Instant now) {
        eni.retryAfter(retry, now);
    }
}

package io.enim.core.internal.pool;

import io.enim.EniException;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.ProviderException;
import io.enim.core.internal.pool.Budget.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every call to the cloud passes on its way out and back: breakers, budget, metrics. Belongs to the rounds. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Breakers breakers;
    private final Budget budget;
    private final EniMetrics metrics;

    Gate(Breakers breakers, Budget budget, EniMetrics metrics) {
        this.breakers = breakers;
        this.budget = budget;
        this.metrics = metrics;
    }

    static Gate of(PoolTools tools, Instant now) {
        EniSettings settings = tools.settings();
        return new Gate(
                new Breakers(tools.random()),
                new Budget(
                        settings.count(EniSetting.POOL_RATE),
                        settings.count(EniSetting.POOL_MAX),
                        settings.duration(EniSetting.POOL_POLL),
                        now),
                tools.metrics());
    }

    /** Whether a breaker holds such calls back; takes nothing. */
    boolean isOpen(Call call, Instant now) {
        return breakers.allow(call, now);
    }

    /** Whether the call may be made now; if not, the agenda knows when to ask again. */
    boolean tryPass(Call call, Urgency urgency, Agenda agenda) {
        Instant now = agenda.now();
        if (!breakers.allow(call, now)) {
            agenda.at(breakers.nextProbe(now));
            return false;
        }
        if (!budget.tryTake(call, urgency, now)) {
            agenda.at(budget.availableAt(call, urgency, now));
            return false;
        }
        breakers.began(call);
        return true;
    }

    void answered(Call call, Answer<?> answer, String subject, Instant now) {
        Duration took = Duration.between(answer.began(), now);
        Optional<EniException> error = answer.error();
        if (error.isEmpty()) {
            breakers.succeeded(call, answer.began());
            metrics.cloudCall(call.text(), "ok", took);
            if (call.isMutating()) {
                LOG.info("cloud {} {}: ok in {} ms", call.text(), subject, took.toMillis());
            }
            return;
        }
        budget.failed(call);
        String outcome = error.get().getClass().getSimpleName();
        if (error.get() instanceof ProviderException refused) {
            outcome = refused.refusal().name();
            breakers.refused(call, refused.refusal(), String.valueOf(refused.getMessage()), now);
        } else {
            breakers.ended(call);
        }
        metrics.cloudCall(call.text(), outcome, took);
        LOG.warn(
                "cloud {} {}: {} after {} ms", call.text(), subject, error.get().getMessage(), took.toMillis());
    }

    List<String> complaints(Instant now) {
        return breakers.complaints(now);
    }

    List<CallBudget> budget(Instant now) {
        return budget.lines(now);
    }
}

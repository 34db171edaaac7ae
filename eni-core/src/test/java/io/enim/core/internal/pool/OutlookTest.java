package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniSetting;
import io.enim.Health.Status;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pool says of the next ADD, beside what the next ADD gets. */
final class OutlookTest extends PoolFixture {
    private void assertThatItIs(EniPool pool, Status status, String reason) {
        assertThat(pool.outlook().status()).as(pool.outlook().reason()).isEqualTo(status);
        assertThat(pool.outlook().reason()).contains(reason);
    }

    @Test
    void p20_aPoolWhoseLimitIsZeroIsUnavailable() {
        cloud.toldLimit = 0;
        assertThatItIs(startWarm(), Status.UNAVAILABLE, "this node may have none");
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"SUBNET_FULL", "NOT_PERMITTED", "THROTTLED", "UNAVAILABLE", "OTHER", "INSTANCE_GONE"})
    void p20_aPoolWhoseCreationsAreAllRefusedIsUnavailable(Refusal refusal) {
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(refusal));
        EniPool pool = startWarm();
        assertThatItIs(pool, Status.UNAVAILABLE, "none is on its way");
        cloud.heal();
        pass(Duration.ofHours(1));
        assertThatItIs(pool, Status.HEALTHY, "");
    }

    @Test
    void p20_aPoolWithoutACloudIsUnavailable() {
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        assertThatItIs(startWarm(), Status.UNAVAILABLE, "");
    }

    @Test
    void p20_aFullNodeSaysSo() {
        with(EniSetting.POOL_MAX, 1);
        EniPool pool = startWarm();
        hold(pool);
        passSeconds(10);
        assertThatItIs(pool, Status.HEALTHY, "this node is full: endpoints hold all 1 ENIs");
    }

    /** CNI STATUS would fail otherwise, and the runtime's node would lose the pods that it has. */
    @Test
    void p20_aPoolThatCannotGrowIsNotUnavailableWhileItServesEndpoints() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        hold(pool);
        passSeconds(30);
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        assertThatItIs(pool, Status.HEALTHY, "");
        pool.allocateNextEni(endpoint(2));
        passSeconds(30);
        assertThatItIs(pool, Status.DEGRADED, "no ENI is free now: {IN_USE=2}, and none is on its way");
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        assertThatItIs(restart(pool), Status.DEGRADED, "none is on its way");
    }

    /** At every moment of a storm: HEALTHY without a reason, and only that, is an ADD that succeeds; UNAVAILABLE is none. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void p20_itIsTrueAtEveryMomentOfAStorm(long seed) {
        Random random = new Random(seed);
        with(EniSetting.POOL_MAX, 5).with(EniSetting.POOL_IDLE, Duration.ofMinutes(2));
        EniPool pool = start();
        for (int step = 0; step < 600; step++) {
            CloudCall call = CloudCall.values()[random.nextInt(CloudCall.values().length)];
            switch (random.nextInt(8)) {
                case 0 -> cloud.failAlways(call, TestCloud.refused(Refusal.OTHER));
                case 1 -> cloud.failNext(call, TestCloud.lost(), When.AFTER_EFFECT);
                case 2 -> cloud.toldLimit = random.nextInt(7);
                case 3 ->
                    List.copyOf(held.keySet()).stream().findFirst().ifPresent(endpoint -> {
                        held.remove(endpoint);
                        pool.deallocateEni(endpoint);
                    });
                case 4 -> cloud.heal();
                default -> passSeconds(random.nextInt(60));
            }
            scheduler.runDue();
            Outlook outlook = pool.outlook();
            boolean isServed = isServed(pool, step);
            boolean isPromised =
                    outlook.status() == Status.HEALTHY && outlook.reason().isEmpty();
            assertThat(isServed).as("%s at step %d", outlook, step).isEqualTo(isPromised);
        }
    }

    private boolean isServed(EniPool pool, int step) {
        try {
            held.put(endpoint(step), pool.allocateNextEni(endpoint(step)).id());
            return true;
        } catch (NoEniAvailableException e) {
            return false;
        }
    }
}

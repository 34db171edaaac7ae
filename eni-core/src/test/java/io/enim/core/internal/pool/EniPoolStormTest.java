package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Throttling, lost answers, refusals and restarts in random order, with fixed seeds; then quiet, and everything is counted. */
@Tag("slow")
final class EniPoolStormTest {
    private static final int HOURS_OF_STORM = 3;

    @TempDir
    Path state;

    /** A few on every build; many with {@code -Denim.long=true}. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Boolean.getBoolean("enim.long") ? 50 : 3);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void p1_p5_p12_afterAnyStormEveryEniIsAccountedFor(long seed) {
        Random random = new Random(seed);
        PoolFixture poolFixture = new PoolFixture(state)
                .with(EniSetting.POOL_MAX, 10)
                .with(EniSetting.POOL_WARM, 2)
                .with(EniSetting.POOL_IDLE, Duration.ofMinutes(2));
        poolFixture.cloud.hardLimit = 8;
        EniPool pool = poolFixture.start();
        for (int minute = 0; minute < HOURS_OF_STORM * 60; minute++) {
            disturb(poolFixture, random);
            useSome(poolFixture, pool, random);
            if (random.nextInt(25) == 0) {
                pool = poolFixture.restart(pool);
            }
            poolFixture.passSeconds(1 + random.nextInt(90));
            assertNoneIsShared(poolFixture);
        }
        poolFixture.cloud.heal();
        for (Endpoint endpoint : List.copyOf(poolFixture.held.keySet())) {
            poolFixture.held.remove(endpoint);
            pool.deallocateEni(endpoint);
        }
        poolFixture.pass(Duration.ofHours(12));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(poolFixture.cloud.enis.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        pool.list().stream().map(Eni::id).toList());
        assertThat(pool.problems()).isEmpty();
        assertThat(poolFixture.cloud.violations).isEmpty();
    }

    private static void disturb(PoolFixture poolFixture, Random random) {
        CloudCall cloudCall = CloudCall.values()[random.nextInt(CloudCall.values().length)];
        switch (random.nextInt(6)) {
            case 0 -> poolFixture.cloud.failNext(cloudCall, TestCloud.retryable(Refusal.THROTTLED), When.BEFORE_EFFECT);
            case 1 -> poolFixture.cloud.failNext(cloudCall, TestCloud.lost(), When.AFTER_EFFECT);
            case 2 -> poolFixture.cloud.failNext(cloudCall, TestCloud.lost(), When.BEFORE_EFFECT);
            case 3 -> poolFixture.cloud.failNext(cloudCall, TestCloud.refused(Refusal.OTHER), When.BEFORE_EFFECT);
            case 4 ->
                poolFixture.cloud.failNext(
                        CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL), When.BEFORE_EFFECT);
            default -> poolFixture.cloud.heal();
        }
    }

    private static void useSome(PoolFixture poolFixture, EniPool pool, Random random) {
        Endpoint endpoint = endpoint(random.nextInt(12));
        if (poolFixture.held.containsKey(endpoint)) {
            poolFixture.held.remove(endpoint);
            pool.deallocateEni(endpoint);
            return;
        }
        try {
            poolFixture.held.put(endpoint, pool.allocateNextEni(endpoint).id());
        } catch (NoEniAvailableException e) {
            assertThat(e.counts()).doesNotContainKey(EniState.READY);
        }
    }

    private static void assertNoneIsShared(PoolFixture poolFixture) {
        Map<String, Endpoint> owners = new HashMap<>();
        poolFixture.held.forEach((endpoint, id) -> {
            assertThat(owners.put(id, endpoint)).as("another owner of %s", id).isNull();
            assertThat(poolFixture.cloud.enis.get(id))
                    .as("%s of %s in the cloud", id, endpoint)
                    .satisfies(eni ->
                            assertThat(eni.isAttachedTo(TestCloud.INSTANCE)).isTrue());
        });
    }
}

package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.World.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Throttling, lost answers, refusals and restarts in random order, with fixed seeds; then quiet, and everything is counted. */
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
        World world = new World(state)
                .with(EniSetting.POOL_MAX, 10)
                .with(EniSetting.POOL_WARM, 2)
                .with(EniSetting.POOL_IDLE, Duration.ofMinutes(2));
        world.cloud.hardLimit = 8;
        EniPool pool = world.start();
        for (int minute = 0; minute < HOURS_OF_STORM * 60; minute++) {
            disturb(world, random);
            useSome(world, pool, random);
            if (random.nextInt(25) == 0) {
                pool = world.restart(pool);
            }
            world.passSeconds(1 + random.nextInt(90));
            assertNobodyShares(world);
        }
        world.cloud.heal();
        for (Endpoint endpoint : List.copyOf(world.held.keySet())) {
            world.held.remove(endpoint);
            pool.deallocateEni(endpoint);
        }
        world.pass(Duration.ofHours(12));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(world.cloud.enis.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        pool.list().stream().map(Eni::id).toList());
        assertThat(pool.complaints()).isEmpty();
        assertThat(world.cloud.violations).isEmpty();
    }

    private static void disturb(World world, Random random) {
        Call call = Call.values()[random.nextInt(Call.values().length)];
        switch (random.nextInt(6)) {
            case 0 -> world.cloud.failNext(call, TestCloud.retryable(Refusal.THROTTLED), When.BEFORE_EFFECT);
            case 1 -> world.cloud.failNext(call, TestCloud.lost(), When.AFTER_EFFECT);
            case 2 -> world.cloud.failNext(call, TestCloud.lost(), When.BEFORE_EFFECT);
            case 3 -> world.cloud.failNext(call, TestCloud.refused(Refusal.OTHER), When.BEFORE_EFFECT);
            case 4 -> world.cloud.failNext(Call.CREATE, TestCloud.refused(Refusal.SUBNET_FULL), When.BEFORE_EFFECT);
            default -> world.cloud.heal();
        }
    }

    private static void useSome(World world, EniPool pool, Random random) {
        Endpoint endpoint = endpoint(random.nextInt(12));
        if (world.held.containsKey(endpoint)) {
            world.held.remove(endpoint);
            pool.deallocateEni(endpoint);
            return;
        }
        try {
            world.held.put(endpoint, pool.allocateNextEni(endpoint).id());
        } catch (NoEniAvailableException e) {
            assertThat(e.counts()).doesNotContainKey(EniState.READY);
        }
    }

    private static void assertNobodyShares(World world) {
        Map<String, Endpoint> owners = new HashMap<>();
        world.held.forEach((endpoint, id) -> {
            assertThat(owners.put(id, endpoint)).as("another owner of %s", id).isNull();
            assertThat(world.cloud.enis.get(id))
                    .as("%s of %s in the cloud", id, endpoint)
                    .satisfies(eni ->
                            assertThat(eni.isAttachedTo(TestCloud.INSTANCE)).isTrue());
        });
    }
}

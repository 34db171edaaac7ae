package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Throttling, lost answers, refusals and restarts in random order, with fixed seeds; then quiet, and everything is counted. */
@Tag("slow")
final class EniPoolStormTest extends PoolFixture {
    private static final int HOURS_OF_STORM = 3;

    /** A few on every build; many with {@code -Denim.long=true}. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Boolean.getBoolean("enim.long") ? 50 : 3);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void p1_p5_p12_afterAnyStormEveryEniIsAccountedFor(long seed) {
        EniPool pool = storm(seed, () -> {});
        cloud.heal();
        for (Endpoint endpoint : List.copyOf(held.keySet())) {
            held.remove(endpoint);
            pool.deallocateEni(endpoint);
        }
        pass(Duration.ofHours(12));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThatTheCloudHasNoOther(pool);
        assertThat(pool.problems()).isEmpty();
    }

    private EniPool storm(long seed, Runnable eachMinute) {
        Random random = new Random(seed);
        with(EniSetting.POOL_MAX, 10).with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(2));
        cloud.hardLimit = 8;
        EniPool pool = start();
        for (int minute = 0; minute < HOURS_OF_STORM * 60; minute++) {
            disturb(random);
            useSome(pool, random);
            if (random.nextInt(25) == 0) {
                pool = restart(pool);
            }
            eachMinute.run();
            passSeconds(1 + random.nextInt(90));
            assertNoneIsShared();
        }
        return pool;
    }

    /** The same storm, beside one whose clock is set by seconds to decades at random: the cloud gets the same calls. */
    @ParameterizedTest
    @MethodSource("seeds")
    void p14_clockStepsChangeNothing(long seed) {
        EniPoolStormTest stepped = new EniPoolStormTest();
        stepped.state = state.resolve("stepped");
        state = state.resolve("steady");
        Random steps = new Random(seed);
        // A cooldown that outlasts its process ends by the wall clock.
        with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        storm(seed, () -> {});
        stepped.with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        stepped.storm(seed, () -> {
            long step = (1L << steps.nextInt(31)) * (steps.nextBoolean() ? 1 : -1);
            stepped.scheduler.setClock(stepped.clock.instant().plusSeconds(step));
        });
        assertThat(stepped.callsWithoutTokens()).isEqualTo(callsWithoutTokens()).hasSizeGreaterThan(100);
        assertThat(stepped.held).isEqualTo(held);
    }

    private List<String> callsWithoutTokens() {
        return cloud.calls.stream()
                .map(call -> call.replaceAll("enim-\\S+", ""))
                .toList();
    }

    private void disturb(Random random) {
        CloudCall cloudCall = CloudCall.values()[random.nextInt(CloudCall.values().length)];
        switch (random.nextInt(6)) {
            case 0 -> cloud.failNext(cloudCall, TestCloud.refused(Refusal.THROTTLED), When.BEFORE_EFFECT);
            case 1 -> cloud.failNext(cloudCall, TestCloud.lost(), When.AFTER_EFFECT);
            case 2 -> cloud.failNext(cloudCall, TestCloud.lost(), When.BEFORE_EFFECT);
            case 3 -> cloud.failNext(cloudCall, TestCloud.refused(Refusal.OTHER), When.BEFORE_EFFECT);
            case 4 -> cloud.failNext(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL), When.BEFORE_EFFECT);
            default -> cloud.heal();
        }
    }

    private void useSome(EniPool pool, Random random) {
        Endpoint endpoint = endpoint(random.nextInt(12));
        if (held.remove(endpoint) == null) {
            serve(pool, endpoint);
        } else {
            pool.deallocateEni(endpoint);
        }
    }

    private void assertNoneIsShared() {
        Map<String, Endpoint> owners = new HashMap<>();
        held.forEach((endpoint, id) -> {
            assertThat(owners.put(id, endpoint)).as("another owner of %s", id).isNull();
            assertThat(cloud.enis.get(id))
                    .as("%s of %s in the cloud", id, endpoint)
                    .satisfies(eni ->
                            assertThat(eni.isAttachedTo(TestCloud.INSTANCE)).isTrue());
        });
    }
}

package io.enim.systemtests.clouds;

import static io.enim.systemtests.clouds.PoolNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.provider.fake.region.SimulatedEni;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Core's pool over each vendor's adapter and wire, in a storm: throttling, errors, pages of load balancers, requests lost
 * before and after their effect, answers cut short or never ending, delayed visibility, full subnets, an account's quota
 * that changes, and processes that die at any step. Then quiet, and everything at the cloud is counted.
 */
@Tag("slow")
class PoolStormTest {
    private static final int MINUTES = 60;
    private static final int WARM = 2;

    @TempDir
    Path state;

    /** One for each vendor on every build; many with {@code -P long}. */
    static Stream<Arguments> storms() {
        return Stream.of("aws", "bce")
                .flatMap(provider -> LongStream.rangeClosed(1, Boolean.getBoolean("enim.long") ? 15 : 1)
                        .mapToObj(seed -> Arguments.of(provider, seed)));
    }

    @ParameterizedTest
    @MethodSource("storms")
    void p1_p5_p11_p12_afterAnyStormNothingIsLeakedAndNothingMadeTwice(String provider, long seed) {
        try (EmulatedCloud cloud = EmulatedCloud.of(provider)) {
            PoolNode node = new PoolNode(cloud, state);
            node.settings.set(EniSetting.POOL_MAX, 10).set(EniSetting.POOL_WARM, WARM);
            node.settings.set(EniSetting.POOL_IDLE, Duration.ofMinutes(2));
            rage(node, new Random(seed), seed);

            cloud.calm();
            cloud.model.quota(Integer.MAX_VALUE);
            node.probe = FailPoint.NONE;
            node.held.clear();
            EniPool pool = node.start();
            node.pass(Duration.ofHours(6));

            assertThat(pool.problems()).isEmpty();
            assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, WARM));
            assertThat(cloud.model.enis())
                    .as("what there is at the cloud")
                    .allMatch(eni -> eni.state() == SimulatedEni.State.IN_USE)
                    .extracting(SimulatedEni::id)
                    .containsExactlyInAnyOrderElementsOf(
                            pool.list().stream().map(Eni::id).toList());
            assertThat(node.tokens.values()).as("ENIs of one token").allMatch(ids -> ids.size() <= 1);
            assertThat(cloud.model.made()).as("ENIs made").isLessThanOrEqualTo(node.tokens.size());
            assertThat(cloud.model.made())
                    .as("a storm in which something happens")
                    .isGreaterThan(10);
            pool.close();
        }
    }

    private static void rage(PoolNode node, Random random, long seed) {
        node.cloud.storm(seed);
        EniPool pool = node.start();
        for (int minute = 0; minute < MINUTES; minute++) {
            node.cloud.model.quota(random.nextInt(8) == 0 ? 3 : Integer.MAX_VALUE);
            for (int i = 0; i < 3; i++) {
                useOne(node, pool, random);
            }
            if (random.nextInt(8) == 0) {
                // Dead to the cloud and the disk from some step on; then the process ends, and the next one starts.
                node.probe = deadSoon(random);
                pool = node.restart(pool);
                node.pass(Duration.ofMinutes(1));
                node.probe = FailPoint.NONE;
                pool = node.restart(pool);
            }
            node.pass(Duration.ofSeconds(30 + random.nextInt(60)));
            requireNoSharing(node);
        }
        pool.close();
    }

    /** An ADD or a DEL: whatever the cloud is like, it is not asked. */
    private static void useOne(PoolNode node, EniPool pool, Random random) {
        Endpoint endpoint = endpoint(random.nextInt(12));
        int before = node.requests();
        if (node.held.containsKey(endpoint)) {
            node.held.remove(endpoint);
            pool.deallocateEni(endpoint);
        } else {
            try {
                node.held.put(endpoint, pool.allocateNextEni(endpoint).id());
            } catch (NoEniAvailableException | RetryableProviderException e) {
                assertThat(e.getMessage()).contains(endpoint.name());
            }
        }
        assertThat(node.requests()).as("requests after %s", endpoint).isEqualTo(before);
    }

    private static void requireNoSharing(PoolNode node) {
        Map<String, Endpoint> owners = new HashMap<>();
        List<String> attached = node.cloud.model.enis().stream()
                .filter(eni -> eni.state() == SimulatedEni.State.IN_USE)
                .map(SimulatedEni::id)
                .toList();
        node.held.forEach((endpoint, id) -> {
            assertThat(owners.put(id, endpoint)).as("another owner of %s", id).isNull();
            assertThat(attached).as("what %s holds is attached", endpoint).contains(id);
        });
    }

    /** From some step on every step fails, as nothing of a dead process has an effect. */
    private static FailPoint deadSoon(Random random) {
        List<Step> steps = Arrays.stream(Step.values())
                .filter(step -> step.name().startsWith("POOL_"))
                .toList();
        Step at = steps.get(random.nextInt(steps.size()));
        Side side = Side.values()[random.nextInt(2)];
        AtomicBoolean dead = new AtomicBoolean();
        return (step, reached) -> {
            if (step == at && reached == side) {
                dead.set(true);
            }
            if (dead.get()) {
                throw new IllegalStateException("dead since " + at + " " + side);
            }
        };
    }
}

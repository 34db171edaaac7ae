package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.SandboxPool;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.MachinePace;
import io.enim.core.chaos.Seams;
import io.enim.core.chaos.Strike;
import io.enim.core.internal.records.Disk;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads take and give back sandboxes of few keys while calls of devices, provider and disk go wrong, namespaces die, rounds of
 * garbage collection run and ordinary endpoints come and go, by seed; {@code -Denim.long=true} for more.
 */
@Tag("slow")
class SandboxPoolStressTest {
    private static final int ENIS = 6;
    private static final int THREADS = 6;
    private static final int ACTIONS = Boolean.getBoolean("enim.long") ? 3_000 : 150;
    private static final List<Strike> STRIKES = List.of(
            new Strike(Kind.LOST, Place.DISK, "rename"),
            new Strike(Kind.CHECKED, Place.DEVICES, "moveIn"),
            new Strike(Kind.LOST, Place.DEVICES, "createNamespace"),
            new Strike(Kind.CHECKED, Place.DEVICES, "removeNamespace"),
            new Strike(Kind.LOST, Place.DEVICES, "returnToHost"),
            new Strike(Kind.MALFORMED, Place.PROVIDER, "allocateNextEni"));

    private final Chaos chaos = new Chaos(new MachinePace(1));

    @RegisterExtension
    final TestNode node = new TestNode(ENIS)
            .set(EniSetting.SANDBOXES_READY, "3")
            .set(EniSetting.GC_AGE, "0s")
            .set(EniSetting.GC_INTERVAL, "50ms")
            .set(EniSetting.ADD_TIMEOUT, "2s")
            .aroundDevices(devices -> Seams.around(chaos, Place.DEVICES, devices))
            .aroundProvider(provider -> Seams.around(chaos, Place.PROVIDER, provider))
            .building(builder -> BuilderSeams.disk(builder, Seams.around(chaos, Place.DISK, Disk.OF_THE_MACHINE)));

    /** The key that uses each sandbox, as the threads see it: a second one at one time is a violation. */
    private final Map<Endpoint, String> users = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void p1_p2_p3_p4_p5_p15_p16_noSandboxHasTwoUsersAndNoneIsLost(long seed) throws Exception {
        EniManager manager = node.startWarm(1);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> work = IntStream.range(0, THREADS)
                    .<Callable<Integer>>mapToObj(
                            thread -> () -> use(manager, "key" + thread, new Random(seed * 31 + thread)))
                    .toList();
            int used = 0;
            for (Future<Integer> end : threads.invokeAll(work)) {
                used += end.get();
            }
            assertThat(used).as("sandboxes that were used").isPositive();
        } finally {
            threads.shutdownNow();
        }
        chaos.heal();
        // A DEL that failed is repeated, as a runtime does.
        manager.assignments().stream()
                .map(Assignment::endpoint)
                .filter(endpoint -> !endpoint.namespace().equals(SandboxPool.NAMESPACE))
                .forEach(manager::del);
        manager.sandboxes().taken().forEach(taken -> manager.sandboxes().giveBack(taken.endpoint()));
        await("every ENI is in a ready sandbox or free").untilAsserted(() -> {
            manager.gc();
            int ready = manager.sandboxes().ready();
            assertThat(manager.assignments()).hasSize(ready).allMatch(SandboxPoolTest::isUntaken);
            assertThat(Stream.ofNullable(
                                    node.directory().resolve("netns").toFile().list())
                            .flatMap(Stream::of))
                    .hasSize(ready);
            assertThat(manager.enis()).hasSize(ENIS);
            assertThat(TestNode.count(manager, EniState.READY)).isEqualTo(ENIS - ready);
        });
    }

    /** One thread's life; how many sandboxes it used. */
    private int use(EniManager manager, String key, Random random) {
        int used = 0;
        for (int i = 0; i < ACTIONS; i++) {
            try {
                used += act(manager, key + random.nextInt(2), random);
            } catch (EniException e) {
                assertThat(e.getMessage()).isNotEmpty(); // What was made to go wrong.
            }
        }
        return used;
    }

    private int act(EniManager manager, String key, Random random) {
        switch (random.nextInt(12)) {
            case 0 -> chaos.next(STRIKES.get(random.nextInt(STRIKES.size())));
            case 1 -> manager.gc();
            case 2 -> {
                String name = "pod-" + key + "-" + random.nextInt(1_000_000);
                try {
                    node.add(name);
                } finally {
                    manager.del(TestNode.endpoint(name));
                }
            }
            default -> {
                Assignment sandbox = manager.sandboxes().take(key);
                assertThat(users.putIfAbsent(sandbox.endpoint(), key))
                        .as("the user of %s before %s", sandbox, key)
                        .isIn(null, key);
                assertThat(node.locate(sandbox.eni()))
                        .isEqualTo(sandbox.sandbox().orElseThrow().path());
                if (random.nextInt(4) > 0) {
                    manager.sandboxes().giveBack(sandbox.endpoint());
                }
                return 1;
            }
        }
        return 0;
    }
}

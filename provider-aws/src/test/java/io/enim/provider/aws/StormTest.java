package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.ProviderException;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A storm of throttling and lost answers over whole lives of ENIs, driven as core drives an adapter: the same call again
 * while it may succeed later, the same token for the same creation. On failure, look at which call was repeated last.
 */
class StormTest {
    private static final int ENIS = 6;
    private static final int MAX_ATTEMPTS = 200;

    private static final Map<String, String> BOTH = Map.of("subnets", "subnet-1,subnet-2");

    private final Ec2TestFixture lab = new Ec2TestFixture(
            ENIS + 1,
            Ec2TestFixture.subnet("subnet-1", Ec2TestFixture.ZONE, "10.0.1.0/29"),
            Ec2TestFixture.subnet("subnet-2", Ec2TestFixture.ZONE, "10.0.2.0/29"));

    @AfterEach
    void close() {
        lab.close();
    }

    /** A few, or with the profile {@code long} many. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Boolean.getBoolean("enim.long") ? 100 : 3);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noEniIsCreatedTwiceAndNoneIsLeaked(long seed) {
        lab.timing(Duration.ofSeconds(2), Duration.ofSeconds(1));
        lab.model.faults().random(seed, 0.1, 0.1, 0.1);
        lab.ec2.injectRandomly(
                seed,
                0.2,
                WireFault.LOST_BEFORE,
                WireFault.LOST_AFTER,
                WireFault.PAGE_BEFORE,
                WireFault.PAGE_AFTER,
                WireFault.LOGIN_PAGE,
                WireFault.CUT_SHORT,
                WireFault.EMPTY);
        EniCloud cloud = lab.cloud(BOTH);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < ENIS; i++) {
            CreateRequest request = lab.request();
            made.add(retry(() -> cloud.create(request)).id());
            assertThat(tokens()).as("ENIs per token").doesNotHaveDuplicates();
        }
        assertThat(made).doesNotHaveDuplicates();
        for (String id : made) {
            AttachRequest request = new AttachRequest("attach-" + id);
            retry(() -> done(() -> cloud.attach(id, request)));
            lab.advance(Duration.ofSeconds(2));
        }
        List<CloudEni> attached = retry(cloud::describe);
        assertThat(attached)
                .hasSize(ENIS)
                .allSatisfy(eni ->
                        assertThat(eni.isAttachedTo(Ec2TestFixture.INSTANCE)).isTrue());
        assertThat(attached).extracting(CloudEni::number).doesNotHaveDuplicates();
        for (String id : made) {
            retry(() -> done(() -> cloud.detach(id)));
            retry(() -> done(() -> cloud.delete(id)));
        }
        assertThat(lab.model.enis()).as("what is left").isEmpty();
    }

    /** An adapter that dies after each lost answer, and a new one that knows the token from the intent alone. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aProcessThatDiesAtEveryLostCreateStillMakesOneEniForAToken(long seed) {
        lab.ec2.injectRandomly(seed, 0.35, WireFault.LOST_BEFORE, WireFault.LOST_AFTER, WireFault.CUT_SHORT);
        for (int i = 0; i < ENIS; i++) {
            CreateRequest request = lab.request();
            CloudEni eni = retry(() -> {
                try (EniCloud process = lab.cloud(BOTH)) {
                    return process.create(request);
                }
            });
            assertThat(eni.ownerTag()).contains(Ec2TestFixture.OWNER_TAG);
        }
        assertThat(tokens()).hasSize(ENIS).doesNotHaveDuplicates();
    }

    @Test
    void attachingAtOnceGivesEachAnIndexOfItsOwn() throws Exception {
        EniCloud one = lab.cloud(BOTH);
        EniCloud other = lab.cloud(BOTH);
        List<String> made = IntStream.range(0, 4)
                .mapToObj(i -> one.create(lab.request()).id())
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(made.size());
        try {
            List<Future<Boolean>> attaching = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                String id = made.get(i);
                EniCloud cloud = i % 2 == 0 ? one : other;
                attaching.add(threads.submit(() -> done(() -> cloud.attach(id, new AttachRequest("attach-" + id)))));
            }
            for (Future<Boolean> each : attaching) {
                assertThat(each.get(1, TimeUnit.MINUTES)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(one.describe()).hasSize(4).extracting(CloudEni::number).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    private List<String> tokens() {
        return lab.model.enis().stream()
                .map(eni -> eni.tags().getOrDefault("enim:token", eni.id() + " without token"))
                .toList();
    }

    /** Asks again while the error says that this may help; time passes between two tries. */
    private <T> T retry(Callable<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.call();
            } catch (ProviderException e) {
                assertThat(e.isRetryable()).as(e.toString()).isTrue();
                assertThat(attempt).as("tries, the last: " + e).isLessThan(MAX_ATTEMPTS);
                lab.advance(Duration.ofMillis(500));
            } catch (Exception e) {
                throw new AssertionError("only provider errors may leave an adapter", e);
            }
        }
    }

    private static boolean done(Runnable call) {
        call.run();
        return true;
    }
}

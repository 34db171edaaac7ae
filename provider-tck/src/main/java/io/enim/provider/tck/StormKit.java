// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.enim.ProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A storm of throttling and lost answers over ENIs from creation to deletion, driven as core drives an adapter: the same
 * call again while it may succeed later, the same token for the same creation. On failure see which call was repeated
 * last. Extend it and say in {@link #open} what it runs on.
 */
public abstract class StormKit {
    private static final int ENIS = 6;
    private static final int MAX_ATTEMPTS = 200;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /** A new fixture for one test: changes there take at most two seconds. */
    protected abstract CloudFixture open();

    private Stream<DynamicTest> eachSeed(BiConsumer<CloudFixture, Long> test) {
        long most = Boolean.getBoolean("enim.long") ? 100 : 4;
        return LongStream.rangeClosed(1, most)
                .mapToObj(seed -> dynamicTest("seed " + seed, () -> {
                    try (CloudFixture fixture = open()) {
                        test.accept(fixture, seed);
                    }
                }));
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld10_noEniIsCreatedTwiceAndNoneIsLeaked() {
        return eachSeed((fixture, seed) -> {
            fixture.storm(seed);
            EniCloud cloud = fixture.cloud(CALL_TIMEOUT);
            List<String> made = new ArrayList<>();
            for (int i = 0; i < ENIS; i++) {
                CreateRequest request = new CreateRequest("token-" + i, fixture.ownerTag());
                made.add(retry(fixture, () -> cloud.create(request)).id());
                assertThat(fixture.tokens()).as("ENIs per token").doesNotHaveDuplicates();
            }
            assertThat(made).doesNotHaveDuplicates();
            for (String id : made) {
                AttachRequest request = new AttachRequest("attach-" + id);
                retry(fixture, () -> done(() -> cloud.attach(id, request)));
                fixture.advance(SETTLED);
            }
            List<CloudEni> attached = retry(fixture, cloud::describe);
            assertThat(attached).extracting(CloudEni::id).containsExactlyInAnyOrderElementsOf(made);
            assertThat(attached)
                    .allMatch(eni -> eni.isAttachedTo(fixture.instanceId()))
                    .extracting(CloudEni::number)
                    .filteredOn(number -> number != 0)
                    .doesNotHaveDuplicates();
            for (String id : made) {
                retry(fixture, () -> done(() -> cloud.detach(id)));
                retry(fixture, () -> done(() -> cloud.delete(id)));
            }
            assertThat(fixture.tokens()).as("what is left").isEmpty();
        });
    }

    /** An adapter that dies after each failure, and a new one that knows the token from the intent alone. */
    @TestFactory
    public final Stream<DynamicTest> required_cld10_aProcessThatDiesAtEveryLostCreateStillMakesOneEniForAToken() {
        return eachSeed((fixture, seed) -> {
            fixture.stormOfLostAnswers(seed);
            for (int i = 0; i < ENIS; i++) {
                CreateRequest request = new CreateRequest("token-" + i, fixture.ownerTag());
                CloudEni eni = retry(fixture, () -> {
                    try (EniCloud process = fixture.cloud(CALL_TIMEOUT)) {
                        return process.create(request);
                    }
                });
                assertThat(eni.ownerTag()).contains(fixture.ownerTag());
            }
            assertThat(fixture.tokens()).hasSize(ENIS).doesNotHaveDuplicates();
        });
    }

    /** Asks again while the error says that this may help; time passes between two attempts. */
    private static <T> T retry(CloudFixture fixture, Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (ProviderException e) {
                assertThat(e.isRetryable()).as(e.toString()).isTrue();
                assertThat(attempt).as("attempts, the last: " + e).isLessThan(MAX_ATTEMPTS);
                fixture.advance(PAUSE);
            }
        }
    }

    private static boolean done(Runnable call) {
        call.run();
        return true;
    }
}

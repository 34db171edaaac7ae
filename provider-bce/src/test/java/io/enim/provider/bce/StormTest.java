package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.ProviderException;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.CallFailure;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A storm of throttling and lost answers over whole lives of ENIs, driven as core drives an adapter: the same call again
 * while it may succeed later, the same token for the same creation. On failure, look at which call was repeated last.
 */
class StormTest {
    private static final int ENIS = 6;
    private static final int MAX_ATTEMPTS = 200;

    private final BceTestFixture lab = new BceTestFixture(
            ENIS,
            BceTestFixture.subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/29", ""),
            BceTestFixture.subnet("sbn-2", BceTestFixture.ZONE, "10.0.2.0/24", "2001:db8:2::/64"));

    @AfterEach
    void close() {
        lab.close();
    }

    private void storm(long seed) {
        lab.bce.loseAnswersBy(
                AnswerLoss.DROPPED, AnswerLoss.CUT_SHORT, AnswerLoss.EMPTY, AnswerLoss.PAGE, AnswerLoss.LOGIN_PAGE);
        lab.bce.failCallsBy(CallFailure.INTERNAL_ERROR, CallFailure.PAGE, CallFailure.DROPPED);
        lab.model.faults().random(seed, 0.15, 0.1, 0.2);
    }

    private EniCloud process() {
        return lab.cloud(Map.of("subnets", "sbn-1,sbn-2"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noEniIsCreatedTwiceAndNoneIsLeaked(long seed) {
        lab.model.latencies(new Latencies(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(2)));
        storm(seed);
        EniCloud cloud = process();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < ENIS; i++) {
            CreateRequest request = lab.request();
            made.add(retry(() -> cloud.create(request)).id());
            assertThat(names()).as("names, one for a token").doesNotHaveDuplicates();
        }
        assertThat(made).doesNotHaveDuplicates();
        for (String id : made) {
            AttachRequest request = new AttachRequest("attach-" + id);
            retry(() -> done(() -> cloud.attach(id, request)));
        }
        lab.advance(Duration.ofSeconds(2));
        assertThat(retry(cloud::describe)).extracting(CloudEni::id).containsExactlyInAnyOrderElementsOf(made);
        assertThat(retry(cloud::describe))
                .allSatisfy(eni ->
                        assertThat(eni.isAttachedTo(BceTestFixture.INSTANCE)).isTrue());
        for (String id : made) {
            retry(() -> done(() -> cloud.detach(id)));
            retry(() -> done(() -> cloud.delete(id)));
        }
        assertThat(lab.model.enis()).as("what is left").isEmpty();
    }

    /** An adapter that dies after each failure, and a new one that knows the token from the intent alone. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void aProcessThatDiesAtEveryLostCreateStillMakesOneEniForAToken(long seed) {
        lab.bce.forgetTokens();
        storm(seed);
        for (int i = 0; i < ENIS; i++) {
            CreateRequest request = lab.request();
            CloudEni eni = retry(() -> {
                try (EniCloud cloud = process()) {
                    return cloud.create(request);
                }
            });
            assertThat(eni.ownerTag()).contains(BceTestFixture.OWNER_TAG);
        }
        assertThat(names()).hasSize(ENIS).doesNotHaveDuplicates();
    }

    private List<String> names() {
        return lab.model.enis().stream()
                .map(SimulatedEni::tags)
                .map(tags -> tags.get("name"))
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

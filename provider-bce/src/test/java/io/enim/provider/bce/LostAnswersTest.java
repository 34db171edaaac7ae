package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.CallFailure;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the caller learns when requests or answers do not arrive, and that nothing is sent twice in secret. */
class LostAnswersTest {
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");
    private static final Map<String, String> SHORT = Map.of("call-timeout", "3s");
    private static final Map<String, String> LONG = Map.of("call-timeout", "9m");

    private final BceTestFixture lab = BceTestFixture.small();

    @AfterEach
    void close() {
        Thread.interrupted();
        lab.close();
    }

    private long posts() {
        return lab.bce.requests().stream()
                .filter(each -> each.startsWith("POST"))
                .count();
    }

    @ParameterizedTest
    @EnumSource(AnswerLoss.class)
    void cld40_aLostCreateIsAmbiguousAndItsTokenFindsWhatItMade(AnswerLoss answerLoss) {
        lab.bce.forgetTokens().loseAnswersBy(answerLoss);
        EniCloud cloud = lab.cloud(SHORT);
        CreateRequest request = lab.request();
        lab.model.faults().next(ApiCall.CREATE, Kind.LOSE_ANSWER);
        assertThatThrownBy(() -> cloud.create(request))
                .isInstanceOfSatisfying(
                        AmbiguousProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.UNAVAILABLE));
        assertThat(posts()).as("creations sent").isEqualTo(1);
        CloudEni eni = lab.cloud().create(request);
        assertThat(posts()).as("creations sent").isEqualTo(1);
        assertThat(lab.model.enis())
                .singleElement()
                .satisfies(each -> assertThat(each.id()).isEqualTo(eni.id()));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(CallFailure.class)
    void cld40_aFailedCreateIsAmbiguousAndItsRepeatMakesOne(CallFailure callFailure) {
        lab.bce.failCallsBy(callFailure);
        EniCloud cloud = lab.cloud();
        CreateRequest request = lab.request();
        lab.model.faults().next(ApiCall.CREATE, Kind.FAIL);
        assertThatThrownBy(() -> cloud.create(request)).isInstanceOf(AmbiguousProviderException.class);
        cloud.create(request);
        assertThat(lab.model.enis()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(AnswerLoss.class)
    void cld01_aListThatIsNotWholeIsAnErrorAndRetryable(AnswerLoss answerLoss) {
        EniCloud cloud = lab.cloud(SHORT);
        lab.attached(lab.cloud());
        lab.bce.loseAnswersBy(answerLoss);
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);
        assertThatThrownBy(cloud::describe).isInstanceOf(RetryableProviderException.class);
        assertThat(lab.cloud().describe()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerLoss.class,
            names = {"DROPPED", "CUT_SHORT", "PAGE"})
    void cld40_lostChangesAreAmbiguousAndRepeatable(AnswerLoss answerLoss) {
        lab.bce.loseAnswersBy(answerLoss);
        EniCloud cloud = lab.cloud();
        CloudEni eni = cloud.create(lab.request());
        lab.model.faults().next(ApiCall.ATTACH, Kind.LOSE_ANSWER);
        assertThatThrownBy(() -> cloud.attach(eni.id(), ATTACH)).isInstanceOf(AmbiguousProviderException.class);
        cloud.attach(eni.id(), ATTACH);
        lab.model.faults().next(ApiCall.DETACH, Kind.LOSE_ANSWER);
        assertThatThrownBy(() -> cloud.detach(eni.id())).isInstanceOf(AmbiguousProviderException.class);
        cloud.detach(eni.id());
        lab.model.faults().next(ApiCall.DELETE, Kind.LOSE_ANSWER);
        assertThatThrownBy(() -> cloud.delete(eni.id())).isInstanceOf(AmbiguousProviderException.class);
        cloud.delete(eni.id());
        assertThat(lab.model.enis()).isEmpty();
        assertThat(lab.model.calls()).containsEntry(ApiCall.ATTACH, 1).containsEntry(ApiCall.DETACH, 1);
    }

    @Test
    void cld40_throttlingIsRetryableAndNotRepeatedInside() {
        EniCloud cloud = lab.cloud();
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.THROTTLE);
        assertThatThrownBy(cloud::describe).isInstanceOfSatisfying(RetryableProviderException.class, e -> {
            assertThat(e.refusal()).isEqualTo(Refusal.THROTTLED);
            assertThat(e.code()).isEqualTo("RateLimit");
        });
        assertThat(lab.bce.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CallFailure.class)
    void failedReadsAreNotRepeatedInside(CallFailure callFailure) {
        lab.bce.failCallsBy(callFailure);
        EniCloud cloud = lab.cloud();
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.FAIL);
        assertThatThrownBy(cloud::describe).isInstanceOf(RetryableProviderException.class);
        assertThat(lab.bce.requests()).hasSize(1);
    }

    @Test
    void cld40_aCloudThatIsNotReachedHasDoneNothing() {
        EniCloud cloud = lab.cloud();
        lab.bce.close();
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerLoss.class,
            names = {"SILENT", "TRICKLE"})
    void p8_answersThatNeverEndLeaveRoomForMoreRequestsThanThereAreThreads(AnswerLoss answerLoss) {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "250ms"));
        lab.bce.loseAnswersBy(answerLoss);
        for (int i = 0; i < 20; i++) {
            lab.model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);
            assertThatThrownBy(cloud::describe).hasMessageContaining("no answer within");
        }
        // A busy machine may need more than one of these short times to answer; a thread that hangs would need for
        // ever.
        await().ignoreExceptionsInstanceOf(RetryableProviderException.class)
                .until(() -> cloud.describe().isEmpty());
    }

    @Test
    void cld41_anInterruptedReadEndsAndStaysInterrupted() throws Exception {
        lab.bce.loseAnswersBy(AnswerLoss.SILENT);
        EniCloud cloud = lab.cloud(LONG);
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);
        Interrupted describing = new Interrupted(cloud::describe);
        await().until(() -> !lab.bce.requests().isEmpty());
        describing.interrupt();
        assertThat(describing.error()).isInstanceOf(RetryableProviderException.class);
        assertThat(describing.flag()).isTrue();
    }

    @Test
    void cld41_anInterruptedChangeIsAmbiguousAndStaysInterrupted() throws Exception {
        lab.bce.loseAnswersBy(AnswerLoss.SILENT);
        EniCloud cloud = lab.cloud(LONG);
        CreateRequest request = lab.request();
        lab.model.faults().next(ApiCall.CREATE, Kind.LOSE_ANSWER);
        Interrupted creating = new Interrupted(() -> cloud.create(request));
        await().until(() -> posts() > 0 && !lab.model.enis().isEmpty());
        creating.interrupt();
        assertThat(creating.error()).isInstanceOf(AmbiguousProviderException.class);
        assertThat(creating.flag()).isTrue();
        cloud.create(request);
        assertThat(lab.model.enis()).hasSize(1);
    }

    @Test
    void cld41_anInterruptFromBeforeSendsNothingAndStays() {
        EniCloud cloud = lab.cloud();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lab.bce.requests()).isEmpty();
    }

    @Test
    void cld42_closeEndsCallsUnderWayAndEveryThreadAndIsIdempotent() throws Exception {
        lab.bce.loseAnswersBy(AnswerLoss.SILENT);
        EniCloud cloud = lab.cloud(LONG);
        lab.model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);
        FutureTask<List<CloudEni>> describing = new FutureTask<>(cloud::describe);
        Thread caller = new Thread(describing, "caller");
        caller.start();
        await().until(() -> !lab.bce.requests().isEmpty());
        cloud.close();
        cloud.close();
        assertThatThrownBy(() -> describing.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(ClosedException.class);
        caller.join();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("enim-bce"));
        for (Callable<?> call : List.<Callable<?>>of(
                cloud::node,
                cloud::limits,
                cloud::describe,
                () -> cloud.create(lab.request()),
                () -> done(() -> cloud.attach("eni-1", ATTACH)),
                () -> done(() -> cloud.detach("eni-1")),
                () -> done(() -> cloud.delete("eni-1")))) {
            assertThatThrownBy(call::call).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void cld42_aCloudMadeAfterTheSdksThreadHasEndedWorks() {
        lab.cloud().close();
        EniCloud later = lab.cloud();
        assertThat(later.describe()).isEmpty();
    }

    private static boolean done(Runnable call) {
        call.run();
        return true;
    }

    /** A call on a thread of its own, to be interrupted. */
    private static final class Interrupted {
        private final CompletableFuture<Throwable> error = new CompletableFuture<>();
        private final CompletableFuture<Boolean> flag = new CompletableFuture<>();
        private final Thread thread;

        Interrupted(Callable<?> call) {
            thread = new Thread(() -> {
                try {
                    Object answer = call.call();
                    error.completeExceptionally(new AssertionError("answered " + answer));
                } catch (Exception e) {
                    error.complete(e);
                } finally {
                    flag.complete(Thread.currentThread().isInterrupted());
                }
            });
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        Throwable error() throws Exception {
            return error.get(1, TimeUnit.MINUTES);
        }

        boolean flag() throws Exception {
            return flag.get(1, TimeUnit.MINUTES);
        }
    }
}

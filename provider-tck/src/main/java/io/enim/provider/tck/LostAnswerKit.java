// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.tck.FaultInjector.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What an adapter does when requests or answers do not arrive, on the wire of an emulated cloud: what it tells its
 * caller, and that it sends nothing twice by itself. Extend it and say in {@link #open} what it runs on.
 */
public abstract class LostAnswerKit {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration DEFAULT = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(9);
    private static final TimeLimit LIMIT = new TimeLimit(Duration.ofMinutes(1));
    private static final AttachRequest ATTACH = new AttachRequest("attach-1");

    /** A new fixture for one test. */
    protected abstract CloudFixture open();

    /** One test for each way, each on a fixture of its own. */
    private Stream<DynamicTest> eachWay(
            Function<CloudFixture, Map<String, FaultInjector>> ways,
            String method,
            BiConsumer<CloudFixture, FaultInjector> test) {
        try (CloudFixture named = open()) {
            return new TreeMap<>(ways.apply(named))
                    .keySet().stream()
                            .map(name -> dynamicTest(method + " " + name, () -> {
                                try (CloudFixture fixture = open()) {
                                    test.accept(fixture, ways.apply(fixture).get(name));
                                }
                            }));
        }
    }

    private Stream<DynamicTest> eachLoss(String method, BiConsumer<CloudFixture, FaultInjector> test) {
        return eachWay(fixture -> fixture.losses(method), method, test);
    }

    private Stream<DynamicTest> eachSilence(String method, BiConsumer<CloudFixture, FaultInjector> test) {
        return eachWay(CloudFixture::silences, method, test);
    }

    private static long sent(CloudFixture fixture, String method) {
        return fixture.requests().stream()
                .filter(request -> fixture.isRequestOf(method, request))
                .count();
    }

    private static CreateRequest request(CloudFixture fixture) {
        return new CreateRequest("token-1", fixture.ownerTag());
    }

    private static void assertAmbiguous(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmbiguousProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.UNAVAILABLE));
    }

    /** However the token comes again, there is one ENI. */
    private static void assertRepeatMakesOne(CloudFixture fixture, EniCloud cloud) {
        CloudEni eni = cloud.create(request(fixture));
        EniCloud restarted = fixture.cloud(DEFAULT);
        assertThat(restarted.create(request(fixture)).id()).isEqualTo(eni.id());
        assertThat(restarted.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        assertThat(fixture.tokens()).hasSize(1);
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld40_aLostCreateIsAmbiguousAndItsTokenFindsWhatItMade() {
        return eachLoss("create", (fixture, loss) -> {
            EniCloud cloud = fixture.cloud(DEFAULT);
            loss.next("create", Fault.LOSE_ANSWER);
            assertAmbiguous(() -> cloud.create(request(fixture)));
            assertThat(sent(fixture, "create")).as("creations sent").isEqualTo(1);
            assertRepeatMakesOne(fixture, cloud);
        });
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld40_aLostAttachIsSentOnceAndItsRepeatOnlyWhenItHadNoEffect() {
        return eachLoss("attach", (fixture, loss) -> {
            EniCloud cloud = fixture.cloud(DEFAULT);
            String id = cloud.create(request(fixture)).id();
            BooleanSupplier isDone = () -> status(cloud, Status.ATTACHED);
            loseAndRepeat(fixture, loss, "attach", () -> cloud.attach(id, ATTACH), isDone);
            assertThat(cloud.describe()).singleElement().matches(eni -> eni.isAttachedTo(fixture.instanceId()));
        });
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld40_aLostDetachIsSentOnceAndItsRepeatOnlyWhenItHadNoEffect() {
        return eachLoss("detach", (fixture, loss) -> {
            EniCloud cloud = fixture.cloud(DEFAULT);
            String id = cloud.create(request(fixture)).id();
            cloud.attach(id, ATTACH);
            loseAndRepeat(fixture, loss, "detach", () -> cloud.detach(id), () -> status(cloud, Status.AVAILABLE));
        });
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld40_aLostDeleteIsSentOnceAndItsRepeatOnlyWhenItHadNoEffect() {
        return eachLoss("delete", (fixture, loss) -> {
            EniCloud cloud = fixture.cloud(DEFAULT);
            String id = cloud.create(request(fixture)).id();
            BooleanSupplier isDone = () -> fixture.tokens().isEmpty();
            loseAndRepeat(fixture, loss, "delete", () -> cloud.delete(id), isDone);
        });
    }

    private static boolean status(EniCloud cloud, Status status) {
        return cloud.describe().stream().map(CloudEni::status).toList().equals(List.of(status));
    }

    private static void loseAndRepeat(
            CloudFixture fixture, FaultInjector loss, String method, Runnable call, BooleanSupplier isDone) {
        loss.next(method, Fault.LOSE_ANSWER);
        assertAmbiguous(call::run);
        assertThat(sent(fixture, method)).as("requests of %s", method).isEqualTo(1);
        int needed = isDone.getAsBoolean() ? 1 : 2;
        call.run();
        assertThat(sent(fixture, method))
                .as("requests of %s with its repeat", method)
                .isEqualTo(needed);
        assertThat(isDone.getAsBoolean()).as("%s is done", method).isTrue();
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld01_aListThatIsNotWholeIsRetryableAndNotRepeatedInside() {
        return eachLoss("describe", (fixture, loss) -> {
            EniCloud cloud = fixture.cloud(DEFAULT);
            cloud.create(request(fixture));
            long before = sent(fixture, "describe");
            loss.next("describe", Fault.LOSE_ANSWER);
            assertThatThrownBy(cloud::describe).isInstanceOf(RetryableProviderException.class);
            assertThat(sent(fixture, "describe")).isEqualTo(before + 1);
            assertThat(cloud.describe()).hasSize(1);
        });
    }

    @Test
    public final void required_cld40_throttlingIsRetryableAndNotRepeatedInside() {
        try (CloudFixture fixture = open()) {
            EniCloud cloud = fixture.cloud(DEFAULT);
            fixture.faults().next("describe", Fault.THROTTLE);
            assertThatThrownBy(cloud::describe).isInstanceOfSatisfying(RetryableProviderException.class, e -> {
                assertThat(e.refusal()).isEqualTo(Refusal.THROTTLED);
                assertThat(e.code()).isNotEmpty();
            });
            assertThat(fixture.requests()).hasSize(1);
        }
    }

    @Test
    public final void required_cld40_aCloudThatIsNotReachedHasDoneNothing() {
        try (CloudFixture fixture = open()) {
            EniCloud cloud = fixture.cloud(DEFAULT);
            cloud.limits();
            fixture.stopEmulator();
            assertThatThrownBy(() -> cloud.create(request(fixture)))
                    .isInstanceOf(RetryableProviderException.class)
                    .hasMessageContaining("nothing was sent");
        }
    }

    @TestFactory
    public final Stream<DynamicTest> required_p8_anAnswerThatNeverEndsEndsAtTheTimeoutAndLeavesNoInterrupt() {
        return eachSilence("create", (fixture, silence) -> {
            assertThat(giveUp(fixture, silence, "describe", EniCloud::describe))
                    .isInstanceOf(RetryableProviderException.class);
            Throwable givenUp = giveUp(fixture, silence, "create", cloud -> cloud.create(request(fixture)));
            assertAmbiguous(() -> {
                throw givenUp;
            });
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertRepeatMakesOne(fixture, fixture.cloud(DEFAULT));
        });
    }

    /** What a call without an answer ends with. Its time grows until it is enough to send the request. */
    private static Throwable giveUp(
            CloudFixture fixture, FaultInjector silence, String method, Consumer<EniCloud> call) {
        silence.next(method, Fault.LOSE_ANSWER);
        long before = sent(fixture, method);
        Throwable last = new AssertionError(method + " answered, though no answer came");
        for (Duration time = SHORT; sent(fixture, method) == before; time = time.multipliedBy(2)) {
            EniCloud cloud = fixture.cloud(time);
            last = Objects.requireNonNullElse(catchThrowable(() -> call.accept(cloud)), last);
        }
        return last;
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld41_anInterruptEndsAReadThatWaitsAndStaysSet() {
        return eachSilence("describe", (fixture, silence) -> {
            EniCloud cloud = fixture.cloud(LONG);
            assertThat(interrupt(fixture, silence, "describe", cloud::describe))
                    .containsInstanceOf(RetryableProviderException.class);
        });
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld41_anInterruptedChangeIsAmbiguousAndItsTokenFindsWhatItMade() {
        return eachSilence("create", (fixture, silence) -> {
            EniCloud cloud = fixture.cloud(LONG);
            assertThat(interrupt(fixture, silence, "create", () -> cloud.create(request(fixture))))
                    .containsInstanceOf(AmbiguousProviderException.class);
            assertRepeatMakesOne(fixture, cloud);
        });
    }

    /** The error of a call that is interrupted once the emulator holds its answer back. */
    private static Optional<EniException> interrupt(
            CloudFixture fixture, FaultInjector silence, String method, Runnable call) {
        FaultInjector waiting = FaultInjector.of(
                silence::next,
                () -> sent(fixture, method) > 0
                        && (!method.equals("create") || !fixture.tokens().isEmpty()),
                silence::release);
        return InterruptedCalls.whileWaiting("CLD-41", LIMIT, waiting, method, call);
    }

    @TestFactory
    public final Stream<DynamicTest> required_cld42_closeEndsCallsUnderWayAndEveryThreadAndIsIdempotent() {
        return eachSilence("describe", (fixture, silence) -> {
            EniCloud cloud = fixture.cloud(LONG);
            silence.next("describe", Fault.LOSE_ANSWER);
            FutureTask<List<CloudEni>> describing = new FutureTask<>(cloud::describe);
            Thread caller = new Thread(describing, "caller");
            caller.start();
            LIMIT.until(() -> sent(fixture, "describe"), sent -> sent > 0, none -> "nothing was sent");
            cloud.close();
            cloud.close();
            assertThatThrownBy(() -> describing.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(ClosedException.class);
            LIMIT.until(
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .filter(Thread::isAlive)
                            .map(Thread::getName)
                            .filter(name -> fixture.threadNames().stream().anyMatch(name::startsWith))
                            .toList(),
                    List::isEmpty,
                    left -> "CLD-42: after close these threads go on: " + left);
        });
    }
}

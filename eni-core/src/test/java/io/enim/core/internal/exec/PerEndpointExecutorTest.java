package io.enim.core.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Heartbeat;
import io.enim.NoEniAvailableException;
import io.enim.OverloadedException;
import io.enim.SupersededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerEndpointExecutorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** The caller leaves as soon as it waits. */
    private static final Duration NONE = Duration.ZERO;

    private static final Endpoint A = Endpoint.of("default", "a");
    private static final Endpoint B = Endpoint.of("default", "b");

    private final CountDownLatch hang = new CountDownLatch(1);
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private PerEndpointExecutor executor = new PerEndpointExecutor(
            Execution.JDK, 512, new ManagerThreads(Execution.JDK, () -> {}).named("test"), timers);

    @AfterEach
    void close() {
        hang.countDown();
        executor.close();
        timers.shutdownNow();
    }

    private static <T> EndpointTask<T> operation(
            String name, Endpoint endpoint, Duration timeout, Function<EndpointTask<T>, T> body) {
        return new EndpointTask<>(name, endpoint, Execution.JDK.deadline(timeout), body);
    }

    /** Under way, and does not end until what hangs does. */
    private EndpointTask<String> hanging(Endpoint endpoint) {
        return begun("ADD", endpoint, LONG, self -> {
            await(hang);
            return "late";
        });
    }

    /** Submitted, and its body has begun. */
    private <T> EndpointTask<T> begun(
            String name, Endpoint endpoint, Duration timeout, Function<EndpointTask<T>, T> body) {
        CountDownLatch begun = new CountDownLatch(1);
        EndpointTask<T> task = operation(name, endpoint, timeout, self -> {
            begun.countDown();
            return body.apply(self);
        });
        executor.submit(task);
        await(begun);
        return task;
    }

    @ParameterizedTest
    @ValueSource(classes = {Exception.class, IllegalStateException.class, LinkageError.class, OutOfMemoryError.class})
    void p15_aFaultOfAnyKindReachesTheCallerAndFreesThePlace(Class<? extends Throwable> kind) throws Exception {
        Throwable fault = kind.getConstructor(String.class).newInstance("seeded");
        assertThatThrownBy(() -> executor.run(operation("ADD", A, LONG, self -> raise(fault))))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(fault),
                        thrown -> assertThat(thrown).hasCause(fault));
        assertThat(executor.run(quick(A))).isEqualTo(1);
        Awaitility.await().until(() -> executor.inFlight() == 0);
    }

    /** A round that its caller asks for then sees what it has left. */
    @Test
    void p5_anEndpointIsNotBusyOnceTheCallerKnowsThatItsOperationFailed() {
        AtomicReference<Boolean> isBusy = new AtomicReference<>();
        EndpointTask<Integer> fails = operation("ADD", A, LONG, self -> {
            Awaitility.await().until(() -> executor.isBusy(A)); // A worker may begin before its queue is in the map.
            return raise(new IllegalStateException("seeded"));
        });
        fails.whenEnded(error -> isBusy.set(executor.isBusy(A)));
        executor.submit(fails);
        Awaitility.await().until(() -> isBusy.get() != null);
        assertThat(isBusy).hasValue(false);
    }

    @Test
    void p15_aThreadThatCannotBeStartedFreesThePlace() {
        AtomicBoolean isOut = new AtomicBoolean(true);
        executor = new PerEndpointExecutor(
                Execution.JDK,
                1,
                work -> {
                    if (isOut.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return new Thread(work);
                },
                timers);
        assertThatThrownBy(() -> executor.run(quick(A))).isInstanceOf(OutOfMemoryError.class);
        isOut.set(false);
        assertThat(executor.run(quick(A))).isEqualTo(1);
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T raise(Throwable fault) throws E {
        throw (E) fault;
    }

    private static EndpointTask<Integer> quick(Endpoint endpoint) {
        return operation("ADD", endpoint, LONG, self -> 1);
    }

    private static void await(CountDownLatch latch) {
        assertThat(Uninterruptibles.awaitUninterruptibly(latch, 60, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void p7_operationsOfOneEndpointRunInOrderAndNeverAtOnce() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        List<EndpointTask<Boolean>> operations = IntStream.range(0, 200)
                .<EndpointTask<Boolean>>mapToObj(number -> operation("ADD", A, LONG, self -> {
                    overlapped.compareAndSet(false, inside.incrementAndGet() != 1);
                    order.add(number);
                    inside.decrementAndGet();
                    return true;
                }))
                .toList();
        operations.forEach(executor::submit);
        operations.forEach(EndpointTask::await);
        assertThat(overlapped).isFalse();
        assertThat(order).isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void p6_oneStuckOperationDelaysNoOtherEndpoint() {
        EndpointTask<String> stuck = hanging(A);
        List<CompletableFuture<Integer>> others = IntStream.range(0, 100)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> executor.run(quick(Endpoint.of("default", "other-" + i)))))
                .toList();
        assertThat(others.stream().map(CompletableFuture::join)).hasSize(100);
        assertThat(executor.isBusy(A)).isTrue();
        hang.countDown();
        assertThat(stuck.await()).isEqualTo("late");
    }

    @Test
    void p8_theCallerLeavesAtItsDeadlineWhateverTheWorkerIsStuckIn() {
        AtomicBoolean delivered = new AtomicBoolean(true);
        CountDownLatch ended = new CountDownLatch(1);
        EndpointTask<String> stuck = begun("ADD", A, Duration.ofMillis(1), self -> {
            await(hang);
            delivered.set(self.deliver("too late"));
            ended.countDown();
            return "too late";
        });
        assertThatThrownBy(stuck::await)
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("ADD default/a/eth0")
                .hasMessageContaining(" 1 ms");
        hang.countDown();
        await(ended);
        assertThat(delivered)
                .as("the worker learns that its answer was refused")
                .isFalse();
    }

    @Test
    void p8_anOperationWhoseCallerLeftBeforeItsTurnIsNotBegun() {
        hanging(A);
        AtomicBoolean ran = new AtomicBoolean();
        assertThatThrownBy(() -> executor.run(operation("ADD", A, NONE, self -> Boolean.valueOf(ran.getAndSet(true)))))
                .isInstanceOf(DeadlineExceededException.class);
        hang.countDown();
        Awaitility.await().until(() -> !executor.isBusy(A));
        assertThat(ran).isFalse();
    }

    @Test
    void p8_moreThanTheCapacityIsRefusedAndFreedCapacityServes() {
        executor.close();
        executor = new PerEndpointExecutor(
                Execution.JDK, 2, new ManagerThreads(Execution.JDK, () -> {}).named("test"), timers);
        hanging(A);
        hanging(B);
        assertThatThrownBy(() -> executor.run(quick(Endpoint.of("default", "c"))))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("enim.max-operations");
        hang.countDown();
        Awaitility.await().until(() -> executor.inFlight() == 0);
        assertThat(executor.run(quick(A))).isEqualTo(1);
    }

    @Test
    void p6_p8_callersThatLeaveAStuckEndpointTakeNoCapacityFromOthers() {
        executor.close();
        executor = new PerEndpointExecutor(
                Execution.JDK, 2, new ManagerThreads(Execution.JDK, () -> {}).named("test"), timers);
        EndpointTask<String> stuck = hanging(A);
        // A runtime that tries again and again.
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> executor.run(operation("DEL", A, NONE, self -> 1)))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(executor.run(quick(B))).isEqualTo(1);
        hang.countDown();
        assertThat(stuck.await()).isEqualTo("late");
        Awaitility.await().until(() -> executor.inFlight() == 0);
        assertThat(executor.run(quick(A))).isEqualTo(1);
    }

    @Test
    void p7_aDelEndsTheAddsBeforeItAndRunsAfterThem() {
        EndpointTask<String> add = begun(
                "ADD",
                A,
                LONG,
                self -> self.interruptibly(() -> {
                    try {
                        hang.await();
                    } catch (InterruptedException e) {
                        self.checkpoint();
                    }
                    return "never";
                }));
        EndpointTask<String> del = operation("DEL", A, LONG, self -> "done");
        executor.submitSuperseding(del, other -> other.name().equals("ADD"));
        assertThat(del.await()).isEqualTo("done");
        assertThatThrownBy(add::await).isInstanceOf(SupersededException.class);
    }

    /** Waits for the event, then answers. */
    private EndpointTask<String> waiting(Endpoint endpoint, Duration timeout, CompletableFuture<Boolean> event) {
        return operation("ADD", endpoint, timeout, self -> {
            if (!event.isDone()) {
                throw self.suspended(event, timeout, IN_VAIN);
            }
            self.resumed();
            return "came";
        });
    }

    private static final NoEniAvailableException IN_VAIN =
            new NoEniAvailableException(A, Map.of(), Duration.ofSeconds(1));

    private EndpointTask<String> suspended(Endpoint endpoint, CompletableFuture<Boolean> event) {
        EndpointTask<String> task = waiting(endpoint, LONG, event);
        executor.submit(task);
        Awaitility.await().until(() -> task.place.get() == Places.Place.WAITING);
        return task;
    }

    @Test
    void p8_p19_whatWaitsHoldsNeitherAPlaceNorAThread() {
        executor.close();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        executor = new PerEndpointExecutor(
                Execution.JDK,
                1,
                work -> {
                    Thread thread = new Thread(work);
                    threads.add(thread);
                    return thread;
                },
                timers);
        CompletableFuture<Boolean> event = new CompletableFuture<>();
        EndpointTask<String> waits = suspended(A, event);
        assertThat(executor.inFlight()).isZero();
        assertThat(executor.isBusy(A)).isTrue();
        assertThat(executor.run(quick(B))).isEqualTo(1);
        Awaitility.await("no thread is in a task")
                .until(() -> threads.stream()
                        .flatMap(thread -> Stream.of(thread.getStackTrace()))
                        .noneMatch(frame -> frame.getClassName().equals(PerEndpointExecutor.class.getName())));
        event.complete(true);
        assertThat(waits.await()).isEqualTo("came");
        Awaitility.await().until(() -> !executor.isBusy(A));
    }

    @Test
    void p8_whatWaitsInVainSaysWhatItWaitedFor() {
        EndpointTask<String> waits = suspended(A, new CompletableFuture<>());
        waits.expire();
        assertThatThrownBy(waits::await).isSameAs(IN_VAIN);
        assertThat(executor.run(quick(A))).isEqualTo(1);
    }

    @Test
    void p8_whatWaitedAndIsThenTooSlowSaysHowLongItWaited() {
        CompletableFuture<Boolean> event = new CompletableFuture<>();
        EndpointTask<String> waits = operation("ADD", A, Duration.ofMillis(300), self -> {
            if (!event.isDone()) {
                event.complete(true);
                throw self.suspended(event, LONG, IN_VAIN);
            }
            self.resumed();
            Awaitility.await().until(() -> self.deadline().isOver());
            self.checkpoint();
            return "never";
        });
        assertThatThrownBy(() -> executor.run(waits))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("not done within 300 ms; it got its ENI after ");
    }

    @Test
    void p8_p19_moreThanTheCapacityDoesNotWait() {
        executor.close();
        executor = new PerEndpointExecutor(
                Execution.JDK, 1, new ManagerThreads(Execution.JDK, () -> {}).named("test"), timers);
        CompletableFuture<Boolean> event = new CompletableFuture<>();
        suspended(A, event);
        assertThatThrownBy(() -> executor.run(waiting(B, LONG, event))).isSameAs(IN_VAIN);
        event.complete(true);
    }

    @Test
    void p7_aDelEndsAnAddThatWaits() {
        EndpointTask<String> add = suspended(A, new CompletableFuture<>());
        EndpointTask<Integer> del = operation("DEL", A, LONG, self -> 1);
        executor.submitSuperseding(del, other -> other.name().equals("ADD"));
        assertThat(del.await()).isEqualTo(1);
        assertThatThrownBy(add::await).isInstanceOf(SupersededException.class);
        Awaitility.await()
                .until(() -> executor.inFlight() == 0 && executor.busy().isEmpty());
    }

    @Test
    void p8_closingEndsWhatWaits() {
        EndpointTask<String> add = suspended(A, new CompletableFuture<>());
        executor.close();
        assertThatThrownBy(add::await).isInstanceOf(ClosedException.class);
        assertThat(executor.close(Execution.JDK.deadline(LONG))).isTrue();
    }

    @Test
    void p15_whatWaitsAndGetsNoThreadFailsAndFreesItsPlace() {
        AtomicBoolean isOut = new AtomicBoolean();
        AtomicInteger threads = new AtomicInteger();
        executor = new PerEndpointExecutor(
                Execution.JDK,
                512,
                work -> {
                    if (isOut.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    threads.incrementAndGet();
                    return new Thread(work);
                },
                timers);
        CompletableFuture<Boolean> event = new CompletableFuture<>();
        EndpointTask<String> waits = suspended(A, event);
        for (int busy = 0; busy < threads.get(); busy++) {
            hanging(Endpoint.of("default", "busy-" + busy));
        }
        isOut.set(true);
        event.complete(true);
        assertThatThrownBy(waits::await).isInstanceOf(OutOfMemoryError.class);
        isOut.set(false);
        assertThat(executor.run(quick(A))).isEqualTo(1);
        hang.countDown();
    }

    @Test
    void p15_anOperationThatHangsIsNamedAlsoWhileItsCallerIsPatient() {
        EndpointTask<String> stuck = begun("ADD", A, LONG, self -> {
            self.beginStep("ADD_MOVE_IN");
            await(hang);
            self.endStep();
            return "done";
        });
        assertThat(executor.heartbeats(LONG, LONG)).noneMatch(Heartbeat::standsStill);
        Awaitility.await()
                .untilAsserted(() -> assertThat(executor.heartbeats(LONG, NONE).filter(Heartbeat::standsStill))
                        .singleElement()
                        .asString()
                        .contains(
                                "1 operations do not go on, and their callers wait",
                                "ADD default/a/eth0",
                                "ADD_MOVE_IN"));
        hang.countDown();
        assertThat(stuck.await()).isEqualTo("done");
        assertThat(executor.heartbeats(LONG, NONE)).isEmpty();
    }

    @Test
    void p8_p15_operationsThatHangLeaveTheirPlacesAndAreNamed() {
        executor.close();
        executor = new PerEndpointExecutor(
                Execution.JDK, 2, new ManagerThreads(Execution.JDK, () -> {}).named("test"), timers);
        EndpointTask<String> stuck = begun("ADD", A, Duration.ofMillis(1), self -> {
            self.beginStep("ADD_MOVE_IN");
            await(hang);
            self.endStep();
            return "late";
        });
        assertThatThrownBy(stuck::await).isInstanceOf(DeadlineExceededException.class);
        hanging(B);
        assertThat(executor.run(quick(Endpoint.of("default", "c")))).isEqualTo(1);
        Awaitility.await().until(() -> executor.heartbeats(NONE, LONG).anyMatch(Heartbeat::standsStill));
        assertThat(executor.heartbeats(NONE, LONG).filter(Heartbeat::standsStill))
                .singleElement()
                .asString()
                .contains("1 operations", "ADD default/a/eth0", "ADD_MOVE_IN");
        assertThat(executor.heartbeats(LONG, LONG))
                .singleElement()
                .asString()
                .contains("2 under way", "the oldest: ADD default/a/eth0", "ADD_MOVE_IN");
        hang.countDown();
        Awaitility.await().until(() -> executor.inFlight() == 0);
        assertThat(executor.heartbeats(NONE, LONG)).isEmpty();
    }

    @Test
    void p15_p19_aStepInWhichManyHangTakesNoMoreThreads() {
        for (int i = 0; i < HungSteps.MOST; i++) {
            EndpointTask<String> stuck = begun("DEL", Endpoint.of("default", "stuck-" + i), NONE, self -> {
                self.beginStep("DEL_RELEASE");
                await(hang);
                self.endStep();
                return "late";
            });
            Awaitility.await().until(() -> stuck.whereabouts().contains("DEL_RELEASE"));
            assertThatThrownBy(stuck::await).isInstanceOf(DeadlineExceededException.class);
        }
        EndpointTask<String> next = operation("DEL", A, LONG, self -> {
            self.beginStep("DEL_RETURN_TO_HOST");
            self.endStep();
            self.beginStep("DEL_RELEASE");
            return "never";
        });
        assertThatThrownBy(() -> executor.run(next))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("DEL_RELEASE");
        assertThat(executor.failure()).hasValueSatisfying(why -> assertThat(why).contains("DEL_RELEASE"));
        hang.countDown();
        Awaitility.await().until(() -> executor.inFlight() == 0);
        assertThat(executor.failure()).isEmpty();
    }

    @Test
    void cancellingInterruptsOnlyForeignCallsAndClearsTheFlagAfterwards() {
        AtomicBoolean flagAfterwards = new AtomicBoolean(true);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        EndpointTask<String> endpointTask = begun("ADD", A, LONG, self -> {
            try {
                return self.interruptibly(() -> {
                    try {
                        inside.countDown();
                        hang.await();
                        return "never";
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return "interrupted";
                    }
                });
            } finally {
                flagAfterwards.set(Thread.currentThread().isInterrupted());
                ended.countDown();
            }
        });
        await(inside);
        Thread.currentThread().interrupt();
        assertThatThrownBy(endpointTask::await).isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isTrue();
        await(ended);
        assertThat(flagAfterwards).isFalse();
    }

    @Test
    void anEndpointWhoseTaskGaveItsResultIsNotBusy() {
        EndpointTask<String> answered = operation("ADD", A, LONG, self -> {
            self.deliver("done");
            await(hang);
            return "too late";
        });
        executor.submit(answered);
        assertThat(answered.await()).isEqualTo("done");
        assertThat(executor.isBusy(A)).isFalse();
        EndpointTask<Integer> next = quick(A);
        executor.submit(next);
        assertThat(executor.isBusy(A)).isTrue();
        hang.countDown();
        assertThat(next.await()).isEqualTo(1);
    }

    @Test
    void anInterruptedCallerLeavesWithItsFlagSet() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> executor.run(operation("ADD", A, LONG, self -> {
                    await(hang);
                    return "late";
                })))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void p8_closingThatRunsOutOfTimeSaysSoAndAnswersTheCaller() {
        EndpointTask<String> underWay = hanging(A);
        assertThat(executor.close(Execution.JDK.deadline(NONE))).isFalse();
        assertThatThrownBy(underWay::await).isInstanceOf(ClosedException.class);
    }

    @Test
    void p8_closingDrainsWhatIsUnderWayAndRefusesWhatIsNew() {
        EndpointTask<String> underWay = hanging(A);
        executor.close();
        assertThatThrownBy(() -> executor.run(quick(B))).isInstanceOf(ClosedException.class);
        hang.countDown();
        assertThat(executor.close(Execution.JDK.deadline(LONG))).isTrue();
        assertThat(underWay.await()).isEqualTo("late");
        assertThat(executor.inFlight()).isZero();
    }
}

package io.enim.core.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.OverloadedException;
import io.enim.SupersededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerEndpointExecutorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Endpoint A = Endpoint.of("default", "a");
    private static final Endpoint B = Endpoint.of("default", "b");

    private final CountDownLatch hang = new CountDownLatch(1);
    private PerEndpointExecutor perEndpointExecutor = new PerEndpointExecutor(512, new NamedThreadFactory("test"));

    @AfterEach
    void close() {
        hang.countDown();
        perEndpointExecutor.close();
    }

    private static <T> EndpointTask<T> operation(
            String name, Endpoint endpoint, Duration timeout, Function<EndpointTask<T>, T> body) {
        return new EndpointTask<>(name, endpoint, Deadline.after(timeout), body);
    }

    private EndpointTask<String> hanging(Endpoint endpoint, CountDownLatch begun) {
        return operation("ADD", endpoint, LONG, self -> {
            begun.countDown();
            await(hang);
            return "late";
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {Exception.class, IllegalStateException.class, LinkageError.class, OutOfMemoryError.class})
    void p15_aFaultOfAnyKindReachesTheCallerAndFreesThePlace(Class<? extends Throwable> kind) throws Exception {
        Throwable fault = kind.getConstructor(String.class).newInstance("seeded");
        assertThatThrownBy(() -> perEndpointExecutor.run(operation("ADD", A, LONG, self -> raise(fault))))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(fault),
                        thrown -> assertThat(thrown).hasCause(fault));
        assertThat(perEndpointExecutor.run(quick(A))).isEqualTo(1);
        Awaitility.await().until(() -> perEndpointExecutor.inFlight() == 0);
    }

    @Test
    void p15_aThreadThatCannotBeStartedFreesThePlace() {
        AtomicBoolean isOut = new AtomicBoolean(true);
        perEndpointExecutor = new PerEndpointExecutor(1, work -> {
            if (isOut.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(work);
        });
        assertThatThrownBy(() -> perEndpointExecutor.run(quick(A))).isInstanceOf(OutOfMemoryError.class);
        isOut.set(false);
        assertThat(perEndpointExecutor.run(quick(A))).isEqualTo(1);
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T raise(Throwable fault) throws E {
        throw (E) fault;
    }

    private static EndpointTask<Integer> quick(Endpoint endpoint) {
        return operation("ADD", endpoint, LONG, self -> 1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void p7_operationsOfOneEndpointRunInOrderAndNeverAtOnce() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        List<EndpointTask<Boolean>> operations = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            EndpointTask<Boolean> endpointTask = operation("ADD", A, LONG, self -> {
                overlapped.compareAndSet(false, inside.incrementAndGet() != 1);
                order.add(number);
                inside.decrementAndGet();
                return true;
            });
            perEndpointExecutor.submit(endpointTask);
            operations.add(endpointTask);
        }
        operations.forEach(EndpointTask::await);
        assertThat(overlapped).isFalse();
        assertThat(order).isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void p6_oneStuckOperationDelaysNoOtherEndpoint() {
        CountDownLatch begun = new CountDownLatch(1);
        EndpointTask<String> stuck = hanging(A, begun);
        perEndpointExecutor.submit(stuck);
        await(begun);
        List<CompletableFuture<Integer>> others = IntStream.range(0, 100)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> perEndpointExecutor.run(quick(Endpoint.of("default", "other-" + i)))))
                .toList();
        assertThat(others.stream().map(CompletableFuture::join)).hasSize(100);
        assertThat(perEndpointExecutor.isBusy(A)).isTrue();
        hang.countDown();
        assertThat(stuck.await()).isEqualTo("late");
    }

    @Test
    void p8_theCallerLeavesAtItsDeadlineWhateverTheWorkerIsStuckIn() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean delivered = new AtomicBoolean(true);
        CountDownLatch ended = new CountDownLatch(1);
        EndpointTask<String> stuck = operation("ADD", A, Duration.ofMillis(50), self -> {
            begun.countDown();
            await(hang);
            delivered.set(self.deliver("too late"));
            ended.countDown();
            return "too late";
        });
        perEndpointExecutor.submit(stuck);
        await(begun);
        assertThatThrownBy(stuck::await)
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("ADD default/a/eth0")
                .hasMessageContaining("50 ms");
        hang.countDown();
        await(ended);
        assertThat(delivered)
                .as("the worker learns that its answer was refused")
                .isFalse();
    }

    @Test
    void p8_anOperationWhoseCallerLeftBeforeItsTurnIsNotBegun() {
        CountDownLatch begun = new CountDownLatch(1);
        perEndpointExecutor.submit(hanging(A, begun));
        await(begun);
        AtomicBoolean ran = new AtomicBoolean();
        assertThatThrownBy(() -> perEndpointExecutor.run(
                        operation("ADD", A, Duration.ofMillis(20), self -> Boolean.valueOf(ran.getAndSet(true)))))
                .isInstanceOf(DeadlineExceededException.class);
        hang.countDown();
        Awaitility.await().until(() -> !perEndpointExecutor.isBusy(A));
        assertThat(ran).isFalse();
    }

    @Test
    void p8_moreThanTheCapacityIsRefusedAndFreedCapacityServes() {
        perEndpointExecutor.close();
        perEndpointExecutor = new PerEndpointExecutor(2, new NamedThreadFactory("test"));
        CountDownLatch begun = new CountDownLatch(2);
        perEndpointExecutor.submit(hanging(A, begun));
        perEndpointExecutor.submit(hanging(B, begun));
        await(begun);
        assertThatThrownBy(() -> perEndpointExecutor.run(quick(Endpoint.of("default", "c"))))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("enim.max-operations");
        hang.countDown();
        Awaitility.await().until(() -> perEndpointExecutor.inFlight() == 0);
        assertThat(perEndpointExecutor.run(quick(A))).isEqualTo(1);
    }

    @Test
    void p6_p8_callersThatLeaveAStuckEndpointTakeNoCapacityFromOthers() {
        perEndpointExecutor.close();
        perEndpointExecutor = new PerEndpointExecutor(2, new NamedThreadFactory("test"));
        CountDownLatch begun = new CountDownLatch(1);
        EndpointTask<String> stuck = hanging(A, begun);
        perEndpointExecutor.submit(stuck);
        await(begun);
        // A runtime that tries again and again.
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> perEndpointExecutor.run(operation("DEL", A, Duration.ofMillis(10), self -> 1)))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(perEndpointExecutor.run(quick(B))).isEqualTo(1);
        hang.countDown();
        assertThat(stuck.await()).isEqualTo("late");
        assertThat(perEndpointExecutor.run(quick(A))).isEqualTo(1);
        Awaitility.await().until(() -> perEndpointExecutor.inFlight() == 0);
    }

    @Test
    void p7_aDelEndsTheAddsBeforeItAndRunsAfterThem() {
        CountDownLatch begun = new CountDownLatch(1);
        EndpointTask<String> add = operation("ADD", A, LONG, self -> {
            begun.countDown();
            return self.interruptibly(() -> {
                try {
                    hang.await();
                } catch (InterruptedException e) {
                    self.checkpoint();
                }
                return "never";
            });
        });
        perEndpointExecutor.submit(add);
        await(begun);
        String done = perEndpointExecutor.runSuperseding(
                operation("DEL", A, LONG, self -> "done"), other -> other.name().equals("ADD"));
        assertThat(done).isEqualTo("done");
        assertThatThrownBy(add::await).isInstanceOf(SupersededException.class);
    }

    @Test
    void cancellingInterruptsOnlyForeignCallsAndClearsTheFlagAfterwards() {
        AtomicBoolean flagAfterwards = new AtomicBoolean(true);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        EndpointTask<String> endpointTask = operation("ADD", A, Duration.ofMillis(50), self -> {
            begun.countDown();
            try {
                return self.interruptibly(() -> {
                    try {
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
        perEndpointExecutor.submit(endpointTask);
        await(begun);
        assertThatThrownBy(endpointTask::await).isInstanceOf(DeadlineExceededException.class);
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
        perEndpointExecutor.submit(answered);
        assertThat(answered.await()).isEqualTo("done");
        assertThat(perEndpointExecutor.isBusy(A)).isFalse();
        EndpointTask<Integer> next = quick(A);
        perEndpointExecutor.submit(next);
        assertThat(perEndpointExecutor.isBusy(A)).isTrue();
        hang.countDown();
        assertThat(next.await()).isEqualTo(1);
    }

    @Test
    void anInterruptedCallerLeavesWithItsFlagSet() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> perEndpointExecutor.run(hanging(A, new CountDownLatch(1))))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void p8_closingDrainsWhatIsUnderWayAndRefusesWhatIsNew() {
        CountDownLatch begun = new CountDownLatch(1);
        EndpointTask<String> underWay = hanging(A, begun);
        perEndpointExecutor.submit(underWay);
        await(begun);
        assertThat(perEndpointExecutor.close(Deadline.after(Duration.ofMillis(20))))
                .isFalse();
        assertThatThrownBy(() -> perEndpointExecutor.run(quick(B))).isInstanceOf(ClosedException.class);
        hang.countDown();
        assertThat(perEndpointExecutor.close(Deadline.after(LONG))).isTrue();
        assertThat(underWay.await()).isEqualTo("late");
        assertThat(perEndpointExecutor.inFlight()).isZero();
    }

    @Test
    void whatTheBodyThrowsIsWhatTheCallerGets() {
        IllegalStateException bug = new IllegalStateException("a bug");
        assertThatThrownBy(() -> perEndpointExecutor.run(operation("ADD", A, LONG, self -> {
                    throw bug;
                })))
                .isSameAs(bug);
        assertThat(perEndpointExecutor.run(quick(A))).isEqualTo(1);
    }
}

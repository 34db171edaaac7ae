package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.OverloadedException;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The calls that return a future: the same operations as those that block. */
class AsyncDoorTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private AddRequest patient(String name) {
        return node.request(name)
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofHours(1))
                .build();
    }

    @Test
    void p3_bothDoorsLeadToTheSame() {
        EniManager manager = node.startWarm(2);
        AddRequest request = node.request("web").build();
        Assignment answer = manager.addAsync(request).join();
        assertThat(manager.add(request)).isEqualTo(answer);
        assertThat(manager.checkAsync(answer.endpoint()).join().isOk()).isTrue();
        manager.delAsync(answer.endpoint()).join();
        assertThat(manager.assignments()).isEmpty();
        manager.addAsync(request).join();
        manager.delAsync("default", "web").join();
        assertThat(manager.assignments()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "^ADD_.*")
    void p16_anAddThatIsCancelledInAnyStepIsUndone(Step step) {
        HangAtStep hang = new HangAtStep(step);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(node.request("web").build());
        await().until(hang::isEntered);
        assertThat(add.cancel(true)).isTrue();
        assertThat(add.isCancelled()).isTrue();
        hang.letGo.countDown();
        node.awaitFree(manager, 2);
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void p16_anAddThatHasItsAnswerIsNotCancelled() {
        EniManager manager = node.startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(node.request("web").build());
        await().until(() -> manager.assignments().stream().anyMatch(one -> one.phase() == Assignment.Phase.ADDED));
        boolean cancelled = add.cancel(true);
        if (cancelled) {
            node.awaitFree(manager, 2);
        } else {
            assertThat(add.join().eni()).isNotNull();
            assertThat(manager.assignments()).hasSize(1);
        }
    }

    @Test
    void p8_aCallWithoutAThreadEndsAtItsDeadline() {
        HangAtStep hang = new HangAtStep(Step.ADD_MOVE_IN);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(
                node.request("web").timeout(Duration.ofMillis(300)).build());
        assertThatThrownBy(add::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DeadlineExceededException.class);
        hang.letGo.countDown();
        node.awaitFree(manager, 2);
    }

    @Test
    void p16_aTimeoutThatTheCallerSetsUndoesTheAdd() {
        HangAtStep hang = new HangAtStep(Step.ADD_CONFIGURE);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(node.request("web").build());
        await().until(hang::isEntered);
        add.orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(add::join).hasCauseInstanceOf(TimeoutException.class);
        hang.letGo.countDown();
        node.awaitFree(manager, 2);
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void p19_addsThatWaitCostNoThread() {
        EniManager manager = node.startWarm(2);
        List<Endpoint> holders = List.of(node.add("a").endpoint(), node.add("b").endpoint());
        List<CompletableFuture<Assignment>> waiting = IntStream.range(0, 200)
                .mapToObj(i -> manager.addAsync(AddRequest.forEndpoint(Endpoint.of("default", "waits-" + i))
                        .whenEmpty(WhenEmpty.WAIT)
                        .timeout(Duration.ofHours(1))
                        .build()))
                .collect(Collectors.toCollection(ArrayList::new));
        await().until(() ->
                manager.heartbeats().stream().anyMatch(beat -> beat.activity().contains("200 wait"))
                        && threadsInOperations().isEmpty());
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        holders.forEach(manager::del);
        await().until(() -> waiting.stream().filter(CompletableFuture::isDone).count() == 2);
        waiting.removeIf(CompletableFuture::isDone);
        waiting.forEach(one -> assertThat(one.cancel(true)).isTrue());
        await().until(() -> manager.assignments().size() == 2);
    }

    /** The threads that are in an operation now; those that wait for the next one aside. */
    private static Set<Thread> threadsInOperations() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("enim-operation-"))
                .filter(thread -> Stream.of(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().startsWith(PerEndpointExecutor.class.getName())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Test
    void p8_anAddThatWaitsInVainSaysSo() {
        EniManager manager = node.startWarm(2);
        node.add("a");
        node.add("b");
        CompletableFuture<Assignment> waits = manager.addAsync(node.request("c")
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMillis(300))
                .build());
        assertThatThrownBy(waits::join).hasCauseInstanceOf(NoEniAvailableException.class);
    }

    @Test
    void p15_whatACallerAttachesMayBlockAndCallTheManager() {
        EniManager manager = node.startWarm(2);
        CountDownLatch attached = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        AddRequest request = node.request("web").build();
        CompletableFuture<Void> deleted = manager.addAsync(request).thenAccept(added -> {
            manager.del(added.endpoint());
            attached.countDown();
            Uninterruptibles.awaitUninterruptibly(letGo);
        });
        await().until(() -> attached.getCount() == 0);
        manager.del(manager.add(request).endpoint());
        letGo.countDown();
        deleted.join();
    }

    @Test
    void p8_closingAnswersTheCallersWithoutAThread() {
        EniManager manager = node.startWarm(2);
        node.add("a");
        node.add("b");
        CompletableFuture<Assignment> waits = manager.addAsync(patient("c"));
        manager.close();
        assertThatThrownBy(waits::join).hasCauseInstanceOf(ClosedException.class);
        CompletableFuture<Void> late = manager.delAsync(Endpoint.of("default", "a"));
        assertThatThrownBy(late::join).hasCauseInstanceOf(ClosedException.class);
    }

    @Test
    void everyErrorComesThroughTheFuture() {
        EniManager manager = node.startWarm(2);
        AddRequest bad = AddRequest.forEndpoint(Endpoint.of("default", "web"))
                .netns(node.directory().resolve("missing"))
                .build();
        for (CompletableFuture<?> call : List.of(manager.addAsync(bad), manager.delAsync("", ""))) {
            assertThatThrownBy(call::join).hasCauseInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void p16_aRoundThatIsCancelledBeforeItBeginsIsNotRun() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger questions = new AtomicInteger();
        EniManager manager = node.liveness(assignment -> {
                    questions.incrementAndGet();
                    asked.countDown();
                    Uninterruptibles.awaitUninterruptibly(answer);
                    return new Verdict(State.ALIVE, "it lives");
                })
                .startWarm(2);
        node.add("web");
        CompletableFuture<GcReport> first = manager.gcAsync(GcRequest.full());
        Uninterruptibles.awaitUninterruptibly(asked);
        List<CompletableFuture<GcReport>> waiting = new ArrayList<>();
        CompletableFuture<GcReport> last = manager.gcAsync(GcRequest.full());
        while (!last.isDone()) {
            waiting.add(last);
            last = manager.gcAsync(GcRequest.full());
        }
        assertThatThrownBy(last::join).hasCauseInstanceOf(OverloadedException.class);
        waiting.forEach(round -> assertThat(round.cancel(true)).isTrue());
        answer.countDown();
        assertThat(first.join().examined()).isEqualTo(1);
        assertThat(manager.gc().examined()).isEqualTo(1);
        assertThat(questions)
                .as("the first round, the last, and what events asked for")
                .hasValueLessThan(10);
    }

    @Test
    void aCancellationIsTheCallersOwn() {
        HangAtStep hang = new HangAtStep(Step.ADD_CLAIM);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(node.request("web").build());
        add.cancel(false);
        assertThatThrownBy(add::join).isInstanceOf(CancellationException.class);
        hang.letGo.countDown();
    }

    @Test
    void p3_aDelOfEveryLifeGoesThroughAllAndTellsEveryError() {
        node.failPoint((step, side) -> {
            if (step == Step.DEL_RECORD_INTENT && side == Side.BEFORE) {
                refuse();
            }
        });
        EniManager manager = node.startWarm(2);
        for (String life : List.of("one", "two")) {
            manager.add(
                    AddRequest.forEndpoint(Endpoint.of("default", "web", life)).build());
        }
        refusals.set(2);
        Throwable both = catchThrowable(() -> manager.del("default", "web"));
        assertThat(both).isInstanceOf(LedgerException.class);
        assertThat(both.getSuppressed()).singleElement().isInstanceOf(LedgerException.class);
        refusals.set(1);
        assertThatThrownBy(manager.delAsync("default", "web")::join).hasCauseInstanceOf(LedgerException.class);
        assertThat(manager.assignments()).hasSize(1);
        manager.del("default", "web");
        assertThat(manager.assignments()).isEmpty();
    }

    private final AtomicInteger refusals = new AtomicInteger();

    private void refuse() {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new LedgerException("write", node.directory(), "scripted", null);
        }
    }
}

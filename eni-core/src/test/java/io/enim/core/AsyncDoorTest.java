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
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.core.HangTest.HangAtStep;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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
        AtomicInteger claims = new AtomicInteger();
        EniManager manager = node.failPoint(
                        (step, side) -> claims.addAndGet(step == Step.ADD_CLAIM && side == Side.BEFORE ? 1 : 0))
                .startWarm(2);
        List<Endpoint> holders = List.of(node.add("a").endpoint(), node.add("b").endpoint());
        List<CompletableFuture<Assignment>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int before = claims.get();
            waiting.add(manager.addAsync(patient("waits-" + i)));
            await().until(() -> claims.get() > before);
        }
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("enim-operation-")))
                .hasSizeLessThan(20);
        holders.forEach(manager::del);
        await().until(() -> waiting.stream().filter(CompletableFuture::isDone).count() == 2);
        waiting.removeIf(CompletableFuture::isDone);
        waiting.forEach(one -> assertThat(one.cancel(true)).isTrue());
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

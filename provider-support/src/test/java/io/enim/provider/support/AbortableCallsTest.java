package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AbortableCallsTest {
    private final AbortableCalls calls = new AbortableCalls("abortable-test", 2, Duration.ofMinutes(9));

    @AfterEach
    void close() {
        Thread.interrupted();
        calls.close();
    }

    /** A request whose answer comes when it is aborted, as an error. */
    private record Silent(boolean mayHaveBeenSent, CountDownLatch sending, CountDownLatch aborted)
            implements AbortableCalls.Exchange, Callable<String> {
        @Override
        public String call() throws Exception {
            sending.countDown();
            aborted.await();
            throw new IOException("aborted");
        }

        @Override
        public void abort() {
            aborted.countDown();
        }
    }

    private static Silent exchange(boolean mayHaveBeenSent) {
        return new Silent(mayHaveBeenSent, new CountDownLatch(1), new CountDownLatch(1));
    }

    private static FutureTask<String> start(Callable<String> call) {
        FutureTask<String> task = new FutureTask<>(call);
        new Thread(task, "caller").start();
        return task;
    }

    @Test
    void anAnswerIsAnswered() throws IOException {
        assertThat(calls.call(exchange(true), () -> Thread.currentThread().getName()))
                .isEqualTo("abortable-test-1");
    }

    @Test
    void aFailureSaysWhetherTheRequestMayHaveBeenSent() {
        Callable<String> fails = () -> {
            throw new EOFException("cut");
        };
        assertThatThrownBy(() -> calls.call(exchange(true), fails)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> calls.call(exchange(false), fails))
                .isInstanceOf(NotSentException.class)
                .hasCauseInstanceOf(EOFException.class);
        assertThatThrownBy(() -> calls.call(exchange(true), () -> {
                    throw new IllegalStateException("sdk");
                }))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void p8_noAnswerInTimeAbortsAndLeavesRoomForMoreRequestsThanThreads() {
        try (AbortableCalls brief = new AbortableCalls("brief", 1, Duration.ofMillis(20))) {
            for (int i = 0; i < 3; i++) {
                Silent silent = exchange(true);
                assertThatThrownBy(() -> brief.call(silent, silent))
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(NotSentException.class)
                        .hasMessage("no answer within 20 ms");
                assertThat(silent.aborted().getCount()).isZero();
                // The thread is free once the aborted request has ended.
                await().ignoreExceptions().until(() -> brief.call(exchange(true), () -> true));
            }
        }
    }

    @Test
    void cld41_anInterruptAbortsAndStaysSet() throws Exception {
        Silent silent = exchange(true);
        CountDownLatch flagSeen = new CountDownLatch(1);
        FutureTask<String> task = new FutureTask<>(() -> {
            try {
                return calls.call(silent, silent);
            } finally {
                if (Thread.currentThread().isInterrupted()) {
                    flagSeen.countDown();
                }
            }
        });
        Thread caller = new Thread(task, "caller");
        caller.start();
        silent.sending().await();
        caller.interrupt();
        assertThatThrownBy(() -> task.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(InterruptedIOException.class);
        assertThat(flagSeen.getCount()).isZero();
        assertThat(silent.aborted().getCount()).isZero();
    }

    @Test
    void cld41_anInterruptFromBeforeSendsNothingAndStays() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> calls.call(exchange(true), () -> "sent")).isInstanceOf(NotSentException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void oneRequestTooManyIsNotSent() throws Exception {
        Silent first = exchange(true);
        Silent second = exchange(true);
        start(() -> calls.call(first, first));
        start(() -> calls.call(second, second));
        first.sending().await();
        second.sending().await();
        assertThatThrownBy(() -> calls.call(exchange(true), () -> "sent"))
                .isInstanceOf(NotSentException.class)
                .hasMessage("2 requests are under way already");
    }

    @Test
    void cld42_closeEndsRequestsAndThreadsAndRefusesMore() throws Exception {
        Silent silent = exchange(true);
        FutureTask<String> task = start(() -> calls.call(silent, silent));
        silent.sending().await();
        calls.close();
        calls.close();
        assertThatThrownBy(() -> task.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(IOException.class);
        // An executor has terminated a moment before the last of its threads has.
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("abortable-test")));
        assertThatThrownBy(() -> calls.call(exchange(true), () -> "sent"))
                .isInstanceOf(NotSentException.class)
                .hasMessage("the client is closed");
    }
}

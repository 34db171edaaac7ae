package io.enim.provider.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Calls from other threads, with an end. */
final class ConcurrentCalls {
    private ConcurrentCalls() {}

    /** The answers of this many threads that were let go at one moment; the first failure is the failure of all. */
    static <T> List<T> runTogether(String rule, Duration patience, int threads, IntFunction<T> call) {
        CountDownLatch go = new CountDownLatch(1);
        List<FutureTask<T>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int index = i;
            tasks.add(start(() -> {
                go.await();
                return call.apply(index);
            }));
        }
        go.countDown();
        List<T> answers = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            answers.add(await(rule, patience, task));
        }
        return answers;
    }

    /** The answer of one call on a thread of its own, which has to end in time. */
    static <T> T runAlone(String rule, Duration patience, Callable<T> call) {
        return await(rule, patience, start(call));
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "kit-call");
        // A call that never ends must not keep the JVM.
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static <T> T await(String rule, Duration patience, FutureTask<T> task) {
        try {
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new AssertionError(rule + ": the call failed: " + cause, cause);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new AssertionError(
                    rule + ": the call did not end within " + patience + "; look for a wait without a deadline", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(rule + ": the test itself was interrupted", e);
        }
    }
}

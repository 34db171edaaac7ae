// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Calls from other threads, which have to end within a time limit. */
final class ConcurrentCalls {
    /** How often the time limit is checked. */
    private static final long SLICE_MILLIS = 10;

    private ConcurrentCalls() {}

    /** The answers of this many threads that start at one moment; the first failure is the failure of all. */
    static <T> List<T> runTogether(String rule, TimeLimit limit, int threads, IntFunction<T> call) {
        BooleanSupplier isOver = limit.start();
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
        return tasks.stream().map(task -> await(rule, limit, isOver, task)).toList();
    }

    /** The answer of one call on a thread of its own. */
    static <T> T runAlone(String rule, TimeLimit limit, Callable<T> call) {
        return await(rule, limit, limit.start(), start(call));
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, ThreadLeakCheck.KIT_THREADS + "call");
        // A call that never ends must not keep the JVM.
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static <T> T await(String rule, TimeLimit limit, BooleanSupplier isOver, FutureTask<T> task) {
        while (true) {
            try {
                return task.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new AssertionError(rule + ": the call failed: " + cause, cause);
            } catch (TimeoutException e) {
                if (isOver.getAsBoolean()) {
                    task.cancel(true);
                    throw new AssertionError(
                            rule + ": the call did not end within " + limit + "; look for a wait without a deadline",
                            e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(rule + ": the test itself was interrupted", e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Runs programs of several threads at once and records their histories. Keeps its threads between runs. Not thread-safe. */
public final class CallRecorder implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Runs each program on a thread of its own, all from the same moment. */
    public <O, A> List<HistoryEvent<O, A>> run(List<List<O>> programs, Function<O, A> object) {
        AtomicLong counter = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(programs.size());
        List<Callable<List<HistoryEvent<O, A>>>> running = new ArrayList<>();
        for (int thread = 0; thread < programs.size(); thread++) {
            int number = thread;
            List<O> program = programs.get(thread);
            running.add(() -> {
                List<HistoryEvent<O, A>> events = new ArrayList<>();
                start.await();
                for (O operation : program) {
                    long called = counter.incrementAndGet();
                    A answer = object.apply(operation);
                    events.add(new HistoryEvent<>(number, called, counter.incrementAndGet(), operation, answer));
                }
                return events;
            });
        }
        try {
            List<HistoryEvent<O, A>> history = new ArrayList<>();
            for (Future<List<HistoryEvent<O, A>>> thread : threads.invokeAll(running)) {
                history.addAll(thread.get());
            }
            return history;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread of the program failed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

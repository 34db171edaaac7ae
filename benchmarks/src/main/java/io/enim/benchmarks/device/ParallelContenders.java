// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.benchmarks.device.Contender.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Contenders of one kind that run at the same time: all ADD together, and when all are done, all DEL. */
final class ParallelContenders {
    private final List<Contender> members;
    private final ExecutorService threads;
    private final CyclicBarrier barrier;
    private final ContenderTimes times = new ContenderTimes();

    ParallelContenders(int count, Supplier<Contender> factory) {
        members = Stream.generate(factory).limit(count).toList();
        threads = Executors.newFixedThreadPool(count);
        barrier = new CyclicBarrier(count);
    }

    private record AddAndDel(Timing add, Timing del) {}

    void round() throws InterruptedException {
        List<Callable<AddAndDel>> work = new ArrayList<>();
        for (Contender member : members) {
            work.add(() -> addAndDel(member));
        }
        for (Future<AddAndDel> done : threads.invokeAll(work)) {
            try {
                times.add(done.get().add(), done.get().del());
            } catch (ExecutionException e) {
                throw new IllegalStateException("one of several at once failed", e);
            }
        }
    }

    private AddAndDel addAndDel(Contender member) throws Exception {
        try {
            barrier.await();
            Timing add = member.add();
            barrier.await();
            return new AddAndDel(add, member.del());
        } catch (Exception e) {
            barrier.reset(); // The others would wait for this one.
            throw e;
        }
    }

    ContenderTimes finish() {
        threads.shutdown();
        members.forEach(Contender::close);
        return times;
    }
}

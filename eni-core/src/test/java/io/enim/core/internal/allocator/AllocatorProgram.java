package io.enim.core.internal.allocator;

import io.enim.core.check.Shrinking;
import io.enim.testing.CallRecorder;
import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The calls of several threads to one allocator.
 *
 * @param free the number of free ENIs at first
 * @param threads the calls of each thread
 */
record AllocatorProgram(int free, List<List<AllocatorCall>> threads) {
    /** The keys and ENIs of a program are below this. */
    static final int KEYS = 4;

    static final int ENIS = 4;

    /** Runs it this many times; the first history without a sequential order. */
    Optional<List<HistoryEvent<AllocatorCall, Object>>> violation(
            CallRecorder recorder, Supplier<AllocatorDriver> drivers, int times) {
        for (int i = 0; i < times; i++) {
            List<HistoryEvent<AllocatorCall, Object>> history =
                    recorder.run(threads, drivers.get().with(free)::execute);
            if (Linearizability.order(new AllocatorModel(free), history).isEmpty()) {
                return Optional.of(history);
            }
        }
        return Optional.empty();
    }

    /** A smaller program that still fails, and none of whose calls can be left out. */
    AllocatorProgram shrunk(Predicate<AllocatorProgram> fails) {
        return with(Shrinking.shrunk(threads, smaller -> fails.test(with(smaller))));
    }

    private AllocatorProgram with(List<List<AllocatorCall>> other) {
        return new AllocatorProgram(free, other);
    }

    int length() {
        return threads.stream().mapToInt(List::size).sum();
    }
}

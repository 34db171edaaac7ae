package io.enim.core.internal.allocator;

import io.enim.testing.CallRecorder;
import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;

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
            CallRecorder recorder, IntFunction<AllocatorDriver> drivers, int times) {
        for (int i = 0; i < times; i++) {
            List<HistoryEvent<AllocatorCall, Object>> history = recorder.run(threads, drivers.apply(free)::execute);
            if (Linearizability.order(new AllocatorModel(free), history).isEmpty()) {
                return Optional.of(history);
            }
        }
        return Optional.empty();
    }

    /** A smaller program that still fails, and none of whose calls can be left out. */
    AllocatorProgram shrunk(Predicate<AllocatorProgram> fails) {
        for (int thread = 0; thread < threads.size(); thread++) {
            for (int i = 0; i < threads.get(thread).size(); i++) {
                AllocatorProgram smaller = without(thread, i);
                if (fails.test(smaller)) {
                    return smaller.shrunk(fails);
                }
            }
        }
        return this;
    }

    private AllocatorProgram without(int thread, int index) {
        List<List<AllocatorCall>> left = new ArrayList<>(threads);
        List<AllocatorCall> calls = new ArrayList<>(left.get(thread));
        calls.remove(index);
        left.set(thread, calls);
        left.removeIf(callsOfOne -> callsOfOne.isEmpty() && threads.size() > 1);
        return new AllocatorProgram(free, left);
    }

    int length() {
        return threads.stream().mapToInt(List::size).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(free + " free ENIs");
        for (int thread = 0; thread < threads.size(); thread++) {
            text.append("; t").append(thread).append(": ").append(threads.get(thread));
        }
        return text.toString();
    }
}

package io.enim.core.internal.allocator;

import io.enim.core.check.CallRecorder;
import io.enim.core.check.HistoryEvent;
import io.enim.core.check.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What several threads ask of one allocator, all beginning together.
 *
 * @param free how many free ENIs there are at first, numbered from 0
 * @param threads what each thread asks
 */
record AllocatorProgram(int free, List<List<AllocatorCall>> threads) {
    /** The keys and ENIs of a program are below this. */
    static final int KEYS = 4;

    static final int ENIS = 4;

    /** A program by chance. */
    static AllocatorProgram random(Random random, int mostThreads, int length) {
        int free = random.nextInt(ENIS);
        return new AllocatorProgram(
                free, AllocatorCall.programs(random, 1 + random.nextInt(mostThreads), length, KEYS, ENIS));
    }

    /** Runs it so many times; the first history without a sequential order, if there is one. */
    Optional<List<HistoryEvent<AllocatorCall, Object>>> violation(
            CallRecorder callRecorder, Supplier<EniAllocator<Integer, Integer>> allocators, int times) {
        for (int i = 0; i < times; i++) {
            AllocatorDriver allocatorDriver = new AllocatorDriver(allocators.get(), free);
            List<HistoryEvent<AllocatorCall, Object>> history = callRecorder.run(threads, allocatorDriver::execute);
            if (Linearizability.order(new AllocatorModel(free), history).isEmpty()) {
                return Optional.of(history);
            }
        }
        return Optional.empty();
    }

    /** The smallest that still fails, by leaving out one operation after the other. */
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
        List<AllocatorCall> asks = new ArrayList<>(left.get(thread));
        asks.remove(index);
        left.set(thread, asks);
        left.removeIf(asksOfOne -> asksOfOne.isEmpty() && threads.size() > 1);
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

package io.enim.core.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing program of several threads short enough to read. */
public final class Shrinking {
    private Shrinking() {}

    /** A smaller program that still fails, and none of whose calls can be left out. */
    public static <C> List<List<C>> shrunk(List<List<C>> threads, Predicate<List<List<C>>> fails) {
        for (int thread = 0; thread < threads.size(); thread++) {
            for (int i = 0; i < threads.get(thread).size(); i++) {
                List<List<C>> smaller = without(threads, thread, i);
                if (fails.test(smaller)) {
                    return shrunk(smaller, fails);
                }
            }
        }
        return threads;
    }

    private static <C> List<List<C>> without(List<List<C>> threads, int thread, int index) {
        List<List<C>> left = new ArrayList<>(threads);
        List<C> calls = new ArrayList<>(left.get(thread));
        calls.remove(index);
        left.set(thread, calls);
        left.removeIf(callsOfOne -> callsOfOne.isEmpty() && threads.size() > 1);
        return left;
    }
}

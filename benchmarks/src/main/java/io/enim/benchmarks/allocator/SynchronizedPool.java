// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The simplest implementation: a map of the held ENIs, a deque of the free ones, and one lock around both. */
final class SynchronizedPool implements KeyedPool {
    private final Map<Endpoint, String> held = new LinkedHashMap<>();
    private final Deque<String> free;

    SynchronizedPool(List<String> enis) {
        this.free = new ArrayDeque<>(enis);
    }

    @Override
    public synchronized @Nullable Object allocate(Endpoint endpoint) {
        String already = held.get(endpoint);
        if (already != null) {
            return already;
        }
        String eni = free.pollFirst();
        if (eni != null) {
            held.put(endpoint, eni);
        }
        return eni;
    }

    @Override
    public synchronized boolean release(Endpoint endpoint) {
        String eni = held.remove(endpoint);
        if (eni == null) {
            return false;
        }
        free.addFirst(eni);
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The algorithm of the exclusive-ENI mode of Baidu's CCE network plugin, version 2: one mutex, a map of the free ENIs and a
 * map of the used ones, both by ENI, so that an endpoint's ENI is found by a scan of the used ones. Its calls to the API
 * server, which it makes under that mutex, are omitted.
 */
final class OneMutexPool implements KeyedPool {
    private final Map<String, String> available = new HashMap<>();
    private final Map<String, Endpoint> inUse = new HashMap<>();

    OneMutexPool(List<String> enis) {
        enis.forEach(eni -> available.put(eni, eni));
    }

    @Override
    public synchronized @Nullable Object allocate(Endpoint endpoint) {
        String held = heldBy(endpoint);
        if (held != null || available.isEmpty()) {
            return held;
        }
        String first = available.keySet().iterator().next();
        available.remove(first);
        inUse.put(first, endpoint);
        return first;
    }

    @Override
    public synchronized boolean release(Endpoint endpoint) {
        String held = heldBy(endpoint);
        if (held == null) {
            return false;
        }
        inUse.remove(held);
        available.put(held, held);
        return true;
    }

    private @Nullable String heldBy(Endpoint endpoint) {
        for (Map.Entry<String, Endpoint> entry : inUse.entrySet()) {
            if (entry.getValue().equals(endpoint)) {
                return entry.getKey();
            }
        }
        return null;
    }
}

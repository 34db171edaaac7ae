// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.CloudCalls;
import io.enim.Endpoint;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.Heartbeat;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.Outlook;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The pools that the provider has made: none, if it does not want one. Safe for concurrent use. */
final class Pools {
    private final List<EniPool> pools = new CopyOnWriteArrayList<>();

    void add(EniPool pool) {
        pools.add(pool);
    }

    void startCooldown(Endpoint endpoint) {
        pools.forEach(pool -> pool.startCooldown(endpoint));
    }

    List<Finding> collectOrphans(Mode mode) {
        return pools.stream().flatMap(pool -> pool.collect(mode).stream()).toList();
    }

    Stream<Outlook> outlooks() {
        return pools.stream().map(EniPool::outlook);
    }

    Stream<String> problems() {
        return pools.stream().flatMap(pool -> pool.problems().stream());
    }

    List<CloudCalls> cloudCalls() {
        return pools.stream().map(EniPool::cloudCalls).toList();
    }

    Stream<Heartbeat> heartbeats() {
        return pools.stream().flatMap(EniPool::heartbeats);
    }
}

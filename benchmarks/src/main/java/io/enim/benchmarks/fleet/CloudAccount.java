// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** The cloud's account: one token bucket for each kind of call, shared by all nodes, and the cloud's latencies. */
final class CloudAccount {
    /**
     * The calls to the cloud, with their limit per minute and burst. Attach and detach are those that Terway's controller is
     * built for (500 and 400 per minute); the vendors' own tables were not available, so create and modify are assumed to be
     * as attach, delete as detach, and describe as 20 per second.
     */
    enum CloudCall {
        CREATE(500, 50),
        ATTACH(500, 50),
        MODIFY(500, 50),
        DETACH(400, 50),
        DELETE(400, 50),
        DESCRIBE(1200, 100);

        private final double perMinute;
        private final double burst;

        CloudCall(double perMinute, double burst) {
            this.perMinute = perMinute;
            this.burst = burst;
        }

        SimulatedTokenBucket published() {
            return new SimulatedTokenBucket(perMinute, burst);
        }
    }

    private final Simulation simulation;
    private final Map<CloudCall, SimulatedTokenBucket> buckets = new EnumMap<>(CloudCall.class);
    private final Function<CloudCall, SimulatedTokenBucket> limits;
    /** All calls, including throttled ones. */
    long made;

    long throttled;

    CloudAccount(Simulation simulation, Function<CloudCall, SimulatedTokenBucket> limits) {
        this.simulation = simulation;
        this.limits = limits;
    }

    private SimulatedTokenBucket bucket(CloudCall cloudCall) {
        return buckets.computeIfAbsent(cloudCall, limits);
    }

    /** A call; false means that it was throttled, which takes no token. */
    boolean tryCall(CloudCall cloudCall) {
        made++;
        boolean passed = bucket(cloudCall).tryTake(simulation.now());
        throttled += passed ? 0 : 1;
        return passed;
    }

    /** A call by a client that knows the limit and queues for its turn; returns when the call is made. */
    long callInTurn(CloudCall cloudCall) {
        made++;
        return bucket(cloudCall).reserve(simulation.now());
    }

    long answerMillis(CloudCall cloudCall) {
        return cloudCall == CloudCall.CREATE ? simulation.between(800, 1500) : simulation.between(200, 500);
    }

    /** The time from the answer until an ENI is attached or detached. */
    long settleMillis() {
        return simulation.between(3000, 8000);
    }

    /** The time from an attachment until its device appears. */
    long deviceMillis() {
        return simulation.between(500, 3000);
    }
}

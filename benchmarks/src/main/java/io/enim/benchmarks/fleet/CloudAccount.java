package io.enim.benchmarks.fleet;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;

/** The cloud's account: one token bucket for each kind of call, shared by all nodes, and the cloud's latencies. */
final class CloudAccount {
    /** The calls to the cloud. */
    enum CloudCall {
        CREATE,
        ATTACH,
        MODIFY,
        DETACH,
        DELETE,
        DESCRIBE
    }

    /** Calls per minute, and the burst. */
    record Limit(double perMinute, double burst) {}

    /**
     * The limits. Attach and detach are those that Terway's controller is built for (500 and 400 per minute); the vendors'
     * own tables were not available, so create and modify are assumed to be as attach, delete as detach, and describe as
     * 20 per second.
     */
    static Map<CloudCall, Limit> published() {
        Map<CloudCall, Limit> limits = new EnumMap<>(CloudCall.class);
        limits.put(CloudCall.CREATE, new Limit(500, 50));
        limits.put(CloudCall.ATTACH, new Limit(500, 50));
        limits.put(CloudCall.MODIFY, new Limit(500, 50));
        limits.put(CloudCall.DETACH, new Limit(400, 50));
        limits.put(CloudCall.DELETE, new Limit(400, 50));
        limits.put(CloudCall.DESCRIBE, new Limit(1200, 100));
        return limits;
    }

    private final Simulation simulation;
    private final Map<CloudCall, SimulatedTokenBucket> buckets = new EnumMap<>(CloudCall.class);
    private long made;
    private long throttled;

    CloudAccount(Simulation simulation, Map<CloudCall, Limit> limits) {
        this.simulation = simulation;
        limits.forEach((cloudCall, limit) ->
                buckets.put(cloudCall, new SimulatedTokenBucket(limit.perMinute(), limit.burst())));
    }

    private SimulatedTokenBucket bucket(CloudCall cloudCall) {
        return requireNonNull(buckets.get(cloudCall));
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

    /** The latency of an answer. */
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

    /** All calls, including throttled ones. */
    long callCount() {
        return made;
    }

    long throttledCount() {
        return throttled;
    }
}

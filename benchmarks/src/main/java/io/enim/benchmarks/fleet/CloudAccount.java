package io.enim.benchmarks.fleet;

import java.util.EnumMap;
import java.util.Map;

/** The cloud's account: one bucket for each kind of call, shared by all nodes, and how long the cloud takes. */
final class CloudAccount {
    /** What nodes ask of the cloud. */
    enum CloudCall {
        CREATE,
        ATTACH,
        MODIFY,
        DETACH,
        DELETE,
        DESCRIBE
    }

    /** Calls per minute, and how many at once. */
    record Limit(double perMinute, double burst) {}

    /**
     * The limits. Attach and detach are the ones Terway's controller is built for (500 and 400 each minute); the vendors'
     * own tables were not to be had, so creating and modifying are taken to be as attaching, deleting as detaching, and
     * describing as 20 each second.
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
        return java.util.Objects.requireNonNull(buckets.get(cloudCall));
    }

    /** A call; false means that it was throttled, which takes no token. */
    boolean tryCall(CloudCall cloudCall) {
        made++;
        boolean passed = bucket(cloudCall).tryTake(simulation.now());
        throttled += passed ? 0 : 1;
        return passed;
    }

    /** A call by a client that knows the limit and waits in line for its turn: when the call is made. */
    long callInTurn(CloudCall cloudCall) {
        made++;
        return bucket(cloudCall).reserve(simulation.now());
    }

    /** How long such a call takes to be answered. */
    long answerMillis(CloudCall cloudCall) {
        return cloudCall == CloudCall.CREATE ? simulation.between(800, 1500) : simulation.between(200, 500);
    }

    /** How long after the answer an ENI is attached, or detached. */
    long settleMillis() {
        return simulation.between(3000, 8000);
    }

    /** How long after it is attached its device is there. */
    long deviceMillis() {
        return simulation.between(500, 3000);
    }

    /** All calls, those that were throttled as well. */
    long callCount() {
        return made;
    }

    long throttledCount() {
        return throttled;
    }
}

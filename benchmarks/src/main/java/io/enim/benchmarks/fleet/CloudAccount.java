package io.enim.benchmarks.fleet;

import java.util.EnumMap;
import java.util.Map;

/** The cloud's account: one bucket for each kind of call, shared by all nodes, and how long the cloud takes. */
final class Account {
    /** What nodes ask of the cloud. */
    enum Call {
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
    static Map<Call, Limit> published() {
        Map<Call, Limit> limits = new EnumMap<>(Call.class);
        limits.put(Call.CREATE, new Limit(500, 50));
        limits.put(Call.ATTACH, new Limit(500, 50));
        limits.put(Call.MODIFY, new Limit(500, 50));
        limits.put(Call.DETACH, new Limit(400, 50));
        limits.put(Call.DELETE, new Limit(400, 50));
        limits.put(Call.DESCRIBE, new Limit(1200, 100));
        return limits;
    }

    private final Simulation simulation;
    private final Map<Call, Bucket> buckets = new EnumMap<>(Call.class);
    private long made;
    private long throttled;

    Account(Simulation simulation, Map<Call, Limit> limits) {
        this.simulation = simulation;
        limits.forEach((call, limit) -> buckets.put(call, new Bucket(limit.perMinute(), limit.burst())));
    }

    private Bucket bucket(Call call) {
        return java.util.Objects.requireNonNull(buckets.get(call));
    }

    /** A call; false means that it was throttled, which takes no token. */
    boolean tryCall(Call call) {
        made++;
        boolean passed = bucket(call).tryTake(simulation.now());
        throttled += passed ? 0 : 1;
        return passed;
    }

    /** A call by a client that knows the limit and waits in line for its turn: when the call is made. */
    long inLine(Call call) {
        made++;
        return bucket(call).reserve(simulation.now());
    }

    /** How long such a call takes to be answered. */
    long answer(Call call) {
        return call == Call.CREATE ? simulation.between(800, 1500) : simulation.between(200, 500);
    }

    /** How long after the answer an ENI is attached, or detached. */
    long settle() {
        return simulation.between(3000, 8000);
    }

    /** How long after it is attached its device is there. */
    long device() {
        return simulation.between(500, 3000);
    }

    /** All calls, those that were throttled as well. */
    long made() {
        return made;
    }

    long throttled() {
        return throttled;
    }
}

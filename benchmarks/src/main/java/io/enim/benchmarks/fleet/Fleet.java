package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.CloudAccount.Limit;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Some nodes, their pods, and what came of it. */
final class Fleet {
    static final int PODS = 4;
    private static final long MINUTE = 60_000;
    private static final long LIFE = 10 * MINUTE;
    /** What the account lets be attached in a minute, with room to spare; see {@link CloudAccount#published}. */
    private static final int BORNE = 300;

    private static final long CHURN = 60 * MINUTE;
    private static final long LONGEST = 24 * 60 * MINUTE;
    private static final long CHECK = 10_000;

    private final Simulation simulation;
    private final CloudAccount cloudAccount;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();
    private long since;

    private Fleet(Policy policy, int nodes, long seed, Map<CloudCall, Limit> limits) {
        simulation = new Simulation(seed);
        cloudAccount = new CloudAccount(simulation, limits);
        for (int i = 0; i < nodes; i++) {
            SimulatedNode simulatedNode = policy.node(simulation, cloudAccount);
            this.nodes.add(simulatedNode);
            simulatedNode.start();
        }
    }

    /**
     * What came of it.
     *
     * @param adds pods that were served
     * @param calls calls to the cloud, throttled ones as well
     * @param throttled those that were throttled
     * @param seconds how long each pod waited
     * @param took seconds from the beginning until the last pod was served
     */
    record Outcome(int adds, long calls, long throttled, Sample seconds, double took) {
        double callsPerAdd() {
            return (double) calls / adds;
        }
    }

    /**
     * All nodes came up empty while the cloud could not be reached; now it can, and on each of them pods ask in the same
     * second. Ends when every pod has its ENI, and pods then live on.
     */
    static Outcome herd(Policy policy, int nodes, long seed, Map<CloudCall, Limit> limits) {
        Fleet fleet = new Fleet(policy, nodes, seed, limits);
        for (SimulatedNode simulatedNode : fleet.nodes) {
            for (int i = 0; i < PODS; i++) {
                fleet.simulation.after(fleet.simulation.between(0, 1000), () -> fleet.ask(simulatedNode, () -> {}));
            }
        }
        while (fleet.seconds.size() < nodes * PODS) {
            if (fleet.simulation.now() > LONGEST) {
                throw new IllegalStateException(policy + " served " + fleet.seconds.size() + " of " + nodes * PODS
                        + " pods in a day; that is no policy");
            }
            fleet.simulation.run(fleet.simulation.now() + CHECK);
        }
        return fleet.outcome();
    }

    /** Pods live ten minutes on average and are replaced at once, for an hour that begins when that has settled. */
    static Outcome churn(Policy policy, int nodes, long seed, Map<CloudCall, Limit> limits) {
        Fleet fleet = new Fleet(policy, nodes, seed, limits);
        // They come over a time that the account's limits can bear.
        long coming = nodes * (PODS + 1L) * MINUTE / BORNE;
        for (SimulatedNode simulatedNode : fleet.nodes) {
            for (int i = 0; i < PODS; i++) {
                fleet.simulation.after(fleet.simulation.between(0, coming), () -> fleet.liveAndDie(simulatedNode));
            }
        }
        long settled = coming + 30 * MINUTE;
        fleet.simulation.run(settled);
        fleet.since = settled;
        fleet.seconds.clear();
        long made = fleet.cloudAccount.callCount();
        long throttled = fleet.cloudAccount.throttledCount();
        fleet.simulation.run(settled + CHURN);
        Outcome all = fleet.outcome();
        return new Outcome(all.adds(), all.calls() - made, all.throttled() - throttled, all.seconds(), all.took());
    }

    private void liveAndDie(SimulatedNode simulatedNode) {
        ask(
                simulatedNode,
                () -> simulation.after(simulation.around(LIFE), () -> {
                    simulatedNode.release();
                    simulation.after(simulation.between(500, 2000), () -> liveAndDie(simulatedNode));
                }));
    }

    private void ask(SimulatedNode simulatedNode, Runnable then) {
        long began = simulation.now();
        simulatedNode.ask(new Pod(() -> {
            seconds.add((simulation.now() - began) / 1000.0);
            then.run();
        }));
    }

    private Outcome outcome() {
        double[] values = seconds.stream().mapToDouble(Double::doubleValue).toArray();
        return new Outcome(
                values.length,
                cloudAccount.callCount(),
                cloudAccount.throttledCount(),
                Sample.of(values),
                (since == 0 ? Sample.of(values).percentile(100) : (simulation.now() - since) / 1000.0));
    }
}

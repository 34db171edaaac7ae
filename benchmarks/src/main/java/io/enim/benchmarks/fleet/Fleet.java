package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.CloudAccount.Limit;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A simulated fleet: nodes, their pods and the outcome. */
final class Fleet {
    static final int PODS = 4;
    private static final long MINUTE = 60_000;
    private static final long POD_LIFETIME = 10 * MINUTE;
    /** ENIs that the account's limits let attach per minute, with a margin; see {@link CloudAccount#published}. */
    private static final int ATTACHED_PER_MINUTE = 300;

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
            SimulatedNode node = policy.node(simulation, cloudAccount);
            this.nodes.add(node);
            node.start();
        }
    }

    /**
     * The outcome.
     *
     * @param adds served pods
     * @param calls calls to the cloud, including throttled ones
     * @param throttled throttled calls
     * @param seconds how long each pod waited
     * @param took seconds from the beginning until the last pod was served
     */
    record Outcome(int adds, long calls, long throttled, Sample seconds, double took) {
        double callsPerAdd() {
            return (double) calls / adds;
        }
    }

    /**
     * All nodes started without ENIs while the cloud was unreachable; now it is reachable, and on each of them all ADDs come
     * in the same second. Ends when every pod has its ENI; pods do not end.
     */
    static Outcome herd(Policy policy, int nodes, long seed, Map<CloudCall, Limit> limits) {
        Fleet fleet = new Fleet(policy, nodes, seed, limits);
        for (SimulatedNode node : fleet.nodes) {
            for (int i = 0; i < PODS; i++) {
                fleet.simulation.after(fleet.simulation.between(0, 1000), () -> fleet.ask(node, () -> {}));
            }
        }
        while (fleet.seconds.size() < nodes * PODS) {
            if (fleet.simulation.now() > LONGEST) {
                throw new IllegalStateException(policy + " served " + fleet.seconds.size() + " of " + nodes * PODS
                        + " pods in a simulated day; check the policy's model");
            }
            fleet.simulation.run(fleet.simulation.now() + CHECK);
        }
        return fleet.outcome();
    }

    /** Pods last ten minutes on average and are replaced at once, measured for an hour in the steady state. */
    static Outcome churn(Policy policy, int nodes, long seed, Map<CloudCall, Limit> limits) {
        Fleet fleet = new Fleet(policy, nodes, seed, limits);
        // They start over a time that the account's limits allow.
        long coming = nodes * (PODS + 1L) * MINUTE / ATTACHED_PER_MINUTE;
        for (SimulatedNode node : fleet.nodes) {
            for (int i = 0; i < PODS; i++) {
                fleet.simulation.after(fleet.simulation.between(0, coming), () -> fleet.runPod(node));
            }
        }
        long settled = coming + 30 * MINUTE;
        fleet.simulation.run(settled);
        fleet.since = settled;
        fleet.seconds.clear();
        long callsBefore = fleet.cloudAccount.callCount();
        long throttledBefore = fleet.cloudAccount.throttledCount();
        fleet.simulation.run(settled + CHURN);
        Outcome all = fleet.outcome();
        return new Outcome(
                all.adds(), all.calls() - callsBefore, all.throttled() - throttledBefore, all.seconds(), all.took());
    }

    private void runPod(SimulatedNode node) {
        ask(
                node,
                () -> simulation.after(simulation.around(POD_LIFETIME), () -> {
                    node.release();
                    simulation.after(simulation.between(500, 2000), () -> runPod(node));
                }));
    }

    private void ask(SimulatedNode node, Runnable then) {
        long began = simulation.now();
        node.ask(new Pod(() -> {
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

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.SimulatedNode.Pod;
import io.enim.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A simulated fleet: nodes, their pods and the outcome. */
final class Fleet {
    static final int PODS = 4;
    private static final long MINUTE = 60_000;
    private static final long POD_LIFETIME = 10 * MINUTE;
    /** ENIs that the account's limits let attach per minute, with a margin; see {@link CloudCall}. */
    private static final int ATTACHED_PER_MINUTE = 300;

    private static final long CHURN = 60 * MINUTE;
    private static final long LONGEST = 24 * 60 * MINUTE;
    private static final long CHECK = 10_000;

    private final Simulation simulation;
    private final CloudAccount account;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();
    private long since;

    private Fleet(Policy policy, int nodes, long seed, Function<CloudCall, SimulatedTokenBucket> limits) {
        simulation = new Simulation(seed);
        account = new CloudAccount(simulation, limits);
        for (int i = 0; i < nodes; i++) {
            SimulatedNode node = policy.node(simulation, account);
            this.nodes.add(node);
            node.start();
        }
    }

    /** What happened: pods served, calls including throttled ones, how long each pod waited, until when all were served. */
    record Outcome(int adds, long calls, long throttled, Sample seconds, double took) {
        double callsPerAdd() {
            return (double) calls / adds;
        }
    }

    /**
     * All nodes started without ENIs while the cloud was unreachable; now it is reachable, and on each of them all ADDs come
     * in the same second. Ends when every pod has its ENI; pods do not end.
     */
    static Outcome herd(Policy policy, int nodes, long seed, Function<CloudCall, SimulatedTokenBucket> limits) {
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
    static Outcome churn(Policy policy, int nodes, long seed, Function<CloudCall, SimulatedTokenBucket> limits) {
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
        long callsBefore = fleet.account.made;
        long throttledBefore = fleet.account.throttled;
        fleet.simulation.run(settled + CHURN);
        Outcome all = fleet.outcome();
        return new Outcome(
                all.adds(), all.calls() - callsBefore, all.throttled() - throttledBefore, all.seconds(), all.took());
    }

    private void runPod(SimulatedNode node) {
        Runnable replaced = () -> {
            node.release();
            simulation.after(simulation.between(500, 2000), () -> runPod(node));
        };
        ask(node, () -> simulation.after(simulation.around(POD_LIFETIME), replaced));
    }

    private void ask(SimulatedNode node, Runnable then) {
        long began = simulation.now();
        node.ask(new Pod(() -> {
            seconds.add((simulation.now() - began) / 1000.0);
            then.run();
        }));
    }

    private Outcome outcome() {
        Sample sample = Sample.of(seconds);
        double took = since == 0 ? sample.percentile(100) : (simulation.now() - since) / 1000.0;
        return new Outcome(seconds.size(), account.made, account.throttled, sample, took);
    }
}

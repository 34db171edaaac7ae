// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.Fleet.Outcome;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** Simulates fleets of 10 to 10,000 nodes under each policy. */
public final class FleetPart {
    private static final long SEED = 20_26;

    private FleetPart() {}

    public static void simulate(Draft draft) {
        draft.introduce("Fleet: many nodes, one account", """
            A simulation by discrete events (seed %d; the same seed, the same figures), of models of the policies: \
            ENIM's with its defaults, and what AWS VPC CNI (`WARM_ENI_TARGET=1`, as if an ENI served one pod) and \
            Terway's exclusive mode publish. %d pods on each node, at most %d ENIs. Limits of the account, per minute: \
            create, attach, modify 500, detach, delete 400 (bursts of 50), describe 1,200 (burst of 100); attach and \
            detach are those Terway is built for, the others are assumptions. The cloud answers in 0.2 to 1.5 s, \
            attaches in 3 to 8 s, and the device follows within 3 s. The ADD of a pod that failed is repeated after 11 \
            to 13 s.\
            """, SEED, Fleet.PODS, SimulatedNode.MOST);
        String herd =
                "A herd: after an outage every node adds " + Fleet.PODS + " pods within a second, with no ENIs yet";
        Chart took =
                draft.chart("fleet-herd", "A herd: until the last pod has its ENI", "nodes", "seconds", true, true);
        simulate(draft, herd, took, (policy, n) -> Fleet.herd(policy, n, SEED, CloudCall::published), Outcome::took);
        String churn = "Steady churn: pods last 10 minutes on average and are replaced at once, for an hour";
        String churnCalls = "Steady churn: calls to the cloud for each ADD";
        Chart calls = draft.chart("fleet-churn-calls", churnCalls, "nodes", "calls per ADD", true, false);
        simulate(
                draft,
                churn,
                calls,
                (policy, n) -> Fleet.churn(policy, n, SEED, CloudCall::published),
                Outcome::callsPerAdd);
        draft.note(
                "With 10,000 nodes the account's limits decide: 40,000 ENIs at 500 a minute take 80 minutes under any"
                        + " policy.");
        draft.note("Terway's controller queues for the whole fleet, in one process; the others call from every node,"
                + " each without knowledge of the others.");
    }

    private static void simulate(
            Draft draft,
            String caption,
            Chart chart,
            BiFunction<Policy, Integer, Outcome> scenario,
            ToDoubleFunction<Outcome> up) {
        Table table = draft.table(
                caption, "policy | nodes | ADDs | calls per ADD | throttled per ADD | wait p50 s | p99 | most");
        for (Policy policy : Policy.values()) {
            for (int nodes = 10; nodes <= (draft.quick() ? 100 : 10_000); nodes *= 10) {
                draft.progress(chart.name() + ", " + nodes + " nodes, " + policy.title);
                Outcome outcome = scenario.apply(policy, nodes);
                int adds = outcome.adds();
                double throttled = (double) outcome.throttled() / adds;
                Sample wait = outcome.seconds();
                String waits = number(wait.median(), 1) + " | " + number(wait.p99(), 1);
                table.row(
                        "%s | %,d | %,d | %,.2f | %,.2f | %s | %,.1f",
                        policy.title, nodes, adds, outcome.callsPerAdd(), throttled, waits, wait.percentile(100));
                chart.point(policy.title, nodes, up.applyAsDouble(outcome));
            }
        }
    }
}

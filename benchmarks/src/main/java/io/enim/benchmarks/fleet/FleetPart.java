package io.enim.benchmarks.fleet;

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
    private static final String HEADER =
            "policy | nodes | ADDs | calls per ADD | throttled per ADD | wait p50 s | p99 | most";

    private FleetPart() {}

    public static void simulate(Draft draft) {
        draft.introduce(
                "Fleet: many nodes, one account",
                "A simulation by discrete events (seed " + SEED + "; the same seed, the same figures), of models of"
                        + " the policies: ENIM's with its defaults, and what"
                        + " AWS VPC CNI (`WARM_ENI_TARGET=1`, as if an ENI"
                        + " served one pod) and Terway's exclusive mode"
                        + " publish. " + Fleet.PODS
                        + " pods on each node, at most "
                        + SimulatedNode.MOST
                        + " ENIs. Limits of the account, per minute: create, attach, modify 500, detach, delete 400"
                        + " (bursts of 50), describe 1,200 (burst of 100); attach and detach are those Terway is built"
                        + " for, the others are assumptions. The cloud answers in 0.2 to 1.5 s, attaches in 3 to 8 s,"
                        + " and the device follows within 3 s. The ADD of a pod that failed is repeated after 11 to 13"
                        + " s.");
        simulate(
                draft,
                "herd",
                draft.table(
                        "A herd: after an outage every node adds " + Fleet.PODS
                                + " pods within a second, with no ENIs yet",
                        HEADER),
                draft.chart("fleet-herd", "A herd: until the last pod has its ENI", "nodes", "seconds", true, true),
                (policy, nodes) -> Fleet.herd(policy, nodes, SEED, CloudCall::published),
                Outcome::took);
        simulate(
                draft,
                "churn",
                draft.table(
                        "Steady churn: pods last 10 minutes on average and are replaced at once, for an hour", HEADER),
                draft.chart(
                        "fleet-churn-calls",
                        "Steady churn: calls to the cloud for each ADD",
                        "nodes",
                        "calls per ADD",
                        true,
                        false),
                (policy, nodes) -> Fleet.churn(policy, nodes, SEED, CloudCall::published),
                Outcome::callsPerAdd);
        draft.note(
                "With 10,000 nodes the account's limits decide: 40,000 ENIs at 500 a minute take 80 minutes under any"
                        + " policy.");
        draft.note("Terway's controller queues for the whole fleet, in one process; the others call from every node,"
                + " each without knowledge of the others.");
    }

    private static void simulate(
            Draft draft,
            String name,
            Table table,
            Chart chart,
            BiFunction<Policy, Integer, Outcome> scenario,
            ToDoubleFunction<Outcome> up) {
        for (Policy policy : Policy.values()) {
            for (int nodes = 10; nodes <= (draft.quick() ? 100 : 10_000); nodes *= 10) {
                draft.progress(name + ", " + nodes + " nodes, " + policy.title);
                Outcome outcome = scenario.apply(policy, nodes);
                Sample wait = outcome.seconds();
                double throttled = (double) outcome.throttled() / outcome.adds();
                table.row(
                        "%s | %,d | %,d | %,.2f | %,.2f | %,.1f | %,.1f | %,.1f",
                        policy.title,
                        nodes,
                        outcome.adds(),
                        outcome.callsPerAdd(),
                        throttled,
                        wait.median(),
                        wait.p99(),
                        wait.percentile(100));
                chart.point(policy.title, nodes, up.applyAsDouble(outcome));
            }
        }
    }
}

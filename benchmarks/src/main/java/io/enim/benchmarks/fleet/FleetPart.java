package io.enim.benchmarks.fleet;

import static io.enim.benchmarks.report.Sample.number;

import io.enim.benchmarks.Options;
import io.enim.benchmarks.fleet.Fleet.Outcome;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.report.Result.Chart;
import io.enim.benchmarks.report.Result.Line;
import io.enim.benchmarks.report.Result.Point;
import io.enim.benchmarks.report.Result.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Simulates fleets of 10 to 10,000 nodes under each policy. */
public final class FleetPart {
    private static final long SEED = 20_26;

    private interface Scenario {
        Outcome run(Policy policy, int nodes);
    }

    private FleetPart() {}

    /** Simulates, and returns the result. */
    public static Result run(Options options) {
        Result.Draft draft = new Result.Draft("fleet", "Fleet: many nodes, one account", options.quick());
        int[] sizes = options.quick() ? new int[] {10, 100} : new int[] {10, 100, 1000, 10_000};
        draft.introduce(
                "A simulation by discrete events (seed " + SEED + "; the same seed, the same figures), of models of"
                        + " the policies: ENIM's with its defaults, and what AWS VPC CNI (`WARM_ENI_TARGET=1`, as if an ENI served"
                        + " one pod) and Terway's exclusive mode publish. " + Fleet.PODS
                        + " pods on each node, at most " + SimulatedNode.MOST
                        + " ENIs. Limits of the account, per minute: create, attach, modify 500, detach, delete 400 (bursts of 50),"
                        + " describe 1,200 (burst of 100); attach and detach are those Terway is built for, the others are"
                        + " assumptions. The cloud answers in 0.2 to 1.5 s, attaches in 3 to 8 s, and the device follows within 3 s."
                        + " The ADD of a pod that failed is repeated after 11 to 13 s.");
        Map<Policy, Map<Integer, Outcome>> herd =
                simulate(options, "herd", sizes, (p, n) -> Fleet.herd(p, n, SEED, CloudAccount.published()));
        Map<Policy, Map<Integer, Outcome>> churn =
                simulate(options, "churn", sizes, (p, n) -> Fleet.churn(p, n, SEED, CloudAccount.published()));
        draft.table(table(
                "A herd: after an outage every node adds " + Fleet.PODS + " pods within a second, with no ENIs yet",
                herd));
        draft.table(
                table("Steady churn: pods last 10 minutes on average and are replaced at once, for an hour", churn));
        draft.chart(chart("fleet-herd", "A herd: until the last pod has its ENI", "seconds", herd, Outcome::took));
        draft.chart(chart(
                "fleet-churn-calls",
                "Steady churn: calls to the cloud for each ADD",
                "calls per ADD",
                churn,
                Outcome::callsPerAdd));
        draft.note(
                "With 10,000 nodes the account's limits decide: 40,000 ENIs at 500 a minute take 80 minutes under any policy.");
        draft.note("Terway's controller queues for the whole fleet, in one process; the others call from every node,"
                + " each without knowledge of the others.");
        return draft.done();
    }

    private static Map<Policy, Map<Integer, Outcome>> simulate(
            Options options, String name, int[] sizes, Scenario scenario) {
        Map<Policy, Map<Integer, Outcome>> outcomes = new LinkedHashMap<>();
        for (Policy policy : Policy.values()) {
            Map<Integer, Outcome> bySize = new LinkedHashMap<>();
            for (int nodes : sizes) {
                options.progress("fleet", name + ", " + nodes + " nodes, " + policy.title);
                bySize.put(nodes, scenario.run(policy, nodes));
            }
            outcomes.put(policy, bySize);
        }
        return outcomes;
    }

    private static Table table(String caption, Map<Policy, Map<Integer, Outcome>> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        outcomes.forEach((policy, bySize) -> bySize.forEach((nodes, outcome) -> rows.add(List.of(
                policy.title,
                number(nodes, 0),
                number(outcome.adds(), 0),
                number(outcome.callsPerAdd(), 2),
                number((double) outcome.throttled() / outcome.adds(), 2),
                number(outcome.seconds().median(), 1),
                number(outcome.seconds().p99(), 1),
                number(outcome.seconds().percentile(100), 1)))));
        return new Table(
                caption,
                List.of("policy", "nodes", "ADDs", "calls per ADD", "throttled per ADD", "wait p50 s", "p99", "most"),
                rows);
    }

    private static Chart chart(
            String name,
            String title,
            String up,
            Map<Policy, Map<Integer, Outcome>> outcomes,
            ToDoubleFunction<Outcome> value) {
        List<Line> lines = new ArrayList<>();
        outcomes.forEach((policy, bySize) -> {
            List<Point> points = new ArrayList<>();
            bySize.forEach((nodes, outcome) -> points.add(new Point(nodes, value.applyAsDouble(outcome))));
            lines.add(new Line(policy.title, points));
        });
        return new Chart(name, title, "nodes", up, true, name.equals("fleet-herd"), lines);
    }
}

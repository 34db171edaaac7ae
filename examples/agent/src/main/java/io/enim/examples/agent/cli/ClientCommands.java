// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.Health;
import io.enim.examples.agent.api.AddressView;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.CheckView;
import io.enim.examples.agent.api.EndpointView;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.api.FindingView;
import io.enim.examples.agent.api.GcView;
import io.enim.examples.agent.api.StatusView;
import io.enim.examples.agent.api.StepView;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that ask a running agent. Each sends one request and returns the exit status. */
public final class ClientCommands {
    private ClientCommands() {}

    /** In the order of the help, to be added to a picocli command line. */
    public static List<Object> all() {
        Stream<Object> asking = Stream.of(
                        "status", "enis", "assignments", "timeline", "add", "del", "check", "gc", "metrics")
                .<Object>map(name -> CommandLine.getCommandMethods(ClientCommands.class, name)
                        .get(0));
        return Stream.concat(Stream.of(new TopCommand(), new SupportBundleCommand()), asking)
                .toList();
    }

    @Command(
            name = "status",
            description = {
                "Show whether this node can serve endpoints, and if not, why. Exits with 1 if it cannot.",
                "Then what each part of the agent does, and for how long."
            })
    static int status(@Mixin AgentConnection agent) {
        return agent.ask(
                client -> client.get("/v1/status"),
                body -> {
                    StatusView view = status(body);
                    Table parts = new Table("PART", "SECONDS", "ACTIVITY", "");
                    for (StatusView.Part part : view.parts()) {
                        parts.row(
                                part.name(),
                                Long.toString(part.seconds()),
                                part.activity(),
                                part.standsStill() ? "STANDS STILL" : "");
                    }
                    return view.status() + "\n" + indented(view.reasons())
                            + (view.parts().isEmpty() ? "" : parts);
                },
                body -> status(body).status() != Health.Status.UNAVAILABLE);
    }

    private static StatusView status(String body) throws IOException {
        return JSON.std.beanFrom(StatusView.class, body);
    }

    private static String indented(List<String> lines) {
        return lines.stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
    }

    @Command(
            name = "enis",
            description = "List the ENIs of this node: the state of each and the endpoint that holds it.")
    static int enis(@Mixin AgentConnection agent) {
        return agent.ask(client -> client.get("/v1/enis"), body -> {
            Table table = new Table("ENI", "MAC", "IPV4", "IPV6", "STATE", "HOLDER", "REASON");
            for (EniView eni : JSON.std.listOfFrom(EniView.class, body)) {
                String holder = EndpointView.label(eni.holder());
                table.row(eni.id(), eni.mac(), text(eni.ipv4()), text(eni.ipv6()), eni.state(), holder, eni.reason());
            }
            return table.or("this node has no ENI");
        });
    }

    private static @Nullable String text(@Nullable AddressView address) {
        return address == null ? null : address.address();
    }

    @Command(
            name = "assignments",
            description = "List the endpoints that hold an ENI, with the namespace of its device and since when.")
    static int assignments(@Mixin AgentConnection agent) {
        return agent.ask(client -> client.get("/v1/assignments"), body -> {
            Table table = new Table("ENDPOINT", "CONTAINER", "ENI", "ADDRESSES", "PHASE", "NETNS", "SINCE", "REASON");
            for (AssignmentView assignment : JSON.std.listOfFrom(AssignmentView.class, body)) {
                String container = assignment.endpoint().getOrDefault("container", "");
                String netns = assignment.netns();
                table.row(
                        EndpointView.label(assignment.endpoint()),
                        // As runtimes show ids of containers.
                        container.substring(0, Math.min(12, container.length())),
                        assignment.eni(),
                        assignment.addresses(),
                        assignment.phase(),
                        netns == null ? "(host)" : netns,
                        assignment.since(),
                        assignment.reason());
            }
            return table.or("no endpoint holds an ENI");
        });
    }

    @Command(name = "timeline", description = "Show the latest steps of an endpoint's operations, oldest first.")
    static int timeline(@Mixin AgentConnection agent, @Mixin EndpointOptions endpoint) {
        return agent.ask(client -> client.get("/v1/timeline?" + endpoint.form()), body -> {
            Table table = new Table("AT", "OPERATION", "STEP", "MS", "ERROR");
            for (StepView step : JSON.std.listOfFrom(StepView.class, body)) {
                String millis = String.format(Locale.ROOT, "%d.%03d", step.micros() / 1000, step.micros() % 1000);
                table.row(step.at(), step.operation(), step.step(), millis, step.error());
            }
            return table.or("nothing is known of " + endpoint.name());
        });
    }

    @Command(
            name = "add",
            description = {
                "Give an endpoint an ENI and move its device into the endpoint's network namespace.",
                "Repeating it returns the same answer and changes nothing. Container runtimes use the CNI plugin"
                        + " instead."
            })
    static int add(
            @Mixin AgentConnection agent,
            @Mixin EndpointOptions endpoint,
            @Option(
                            names = "--netns",
                            paramLabel = "PATH",
                            defaultValue = "",
                            description = "The endpoint's network namespace. Without it, the device stays on the host.")
                    String netns,
            @Option(
                            names = "--route",
                            paramLabel = "CIDR[@GATEWAY]",
                            description = "A route besides the default ones; may be given several times.")
                    @Nullable
                    List<String> routes,
            @Option(names = "--wait", description = "When no ENI is free, wait for one instead of failing at once.")
                    boolean wait) {
        String form = endpoint.form()
                + EndpointOptions.field("netns", netns)
                + EndpointOptions.field("routes", routes == null ? "" : String.join(",", routes))
                + EndpointOptions.field("whenEmpty", wait ? "wait" : "");
        return agent.ask(client -> client.post("/v1/add", form), body -> {
            AssignmentView assignment = JSON.std.beanFrom(AssignmentView.class, body);
            return EndpointView.label(assignment.endpoint()) + " has " + assignment.eni() + " (" + assignment.mac()
                    + ") with " + assignment.addresses() + "\n";
        });
    }

    @Command(
            name = "del",
            description = {
                "Return an endpoint's device to the host and free its ENI. Succeeds also when the endpoint holds none.",
                "Without --container and --interface, releases every endpoint of that name."
            })
    static int del(@Mixin AgentConnection agent, @Mixin EndpointOptions endpoint) {
        return agent.ask(
                client -> client.post("/v1/del", endpoint.form()), body -> endpoint.name() + " holds no ENI\n");
    }

    @Command(
            name = "check",
            description =
                    "Compare an endpoint's device with what was set up; change nothing. Exits with 1 if they differ.")
    static int check(@Mixin AgentConnection agent, @Mixin EndpointOptions endpoint) {
        return agent.ask(
                client -> client.post("/v1/check", endpoint.form()),
                body -> {
                    CheckView report = JSON.std.beanFrom(CheckView.class, body);
                    return EndpointView.label(report.endpoint())
                            + (report.ok() ? " is as it was set up\n" : " is not as it was set up:\n")
                            + indented(report.differences());
                },
                body -> JSON.std.beanFrom(CheckView.class, body).ok());
    }

    @Command(
            name = "gc",
            description = "Run one garbage collection and report what was found and done, with the evidence.")
    static int gc(
            @Mixin AgentConnection agent,
            @Option(names = "--dry-run", description = "Only report; change nothing.") boolean dryRun) {
        return agent.ask(client -> client.post("/v1/gc", dryRun ? "dryRun=true" : ""), body -> {
            GcView report = JSON.std.beanFrom(GcView.class, body);
            Table table = new Table("FOUND", "SUBJECT", "OUTCOME", "ACTION", "BECAUSE");
            for (FindingView finding : report.findings()) {
                table.row(finding.kind(), finding.subject(), finding.outcome(), finding.action(), finding.evidence());
            }
            return table.or("nothing to do") + "examined " + report.examined() + " in " + report.millis() + " ms"
                    + (report.mode().equals("DRY_RUN") ? "; nothing was changed" : "") + "\n";
        });
    }

    @Command(name = "metrics", description = "Print the metrics in the Prometheus text format.")
    static int metrics(@Mixin AgentConnection agent) {
        return agent.ask(client -> client.get("/metrics"), body -> body);
    }
}

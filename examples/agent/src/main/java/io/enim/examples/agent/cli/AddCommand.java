package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.EndpointView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives an endpoint an ENI. */
@Command(
        name = "add",
        description = {
            "Give an endpoint an ENI and move its device into the endpoint's network namespace.",
            "Repeating it returns the same answer and changes nothing. Container runtimes use the CNI plugin instead."
        })
final class AddCommand extends ClientCommand {
    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Option(
            names = "--netns",
            paramLabel = "PATH",
            description = "The endpoint's network namespace. Without it, the device stays on the host.")
    private String netns = "";

    @Option(
            names = "--route",
            paramLabel = "CIDR[@GATEWAY]",
            description = "A route besides the default ones; may be given several times.")
    private List<String> routes = new ArrayList<>();

    @Option(names = "--wait", description = "When no ENI is free, wait for one instead of failing at once.")
    private boolean wait;

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        Form form = endpoint.form()
                .with("netns", netns)
                .with("routes", String.join(",", routes))
                .with("whenEmpty", wait ? "wait" : "");
        return client.post("/v1/add", form.toString());
    }

    @Override
    String format(String body) throws IOException {
        AssignmentView assignment = JSON.std.beanFrom(AssignmentView.class, body);
        return EndpointView.label(assignment.endpoint()) + " has " + assignment.eni() + " (" + assignment.mac()
                + ") with " + assignment.addresses() + "\n";
    }
}

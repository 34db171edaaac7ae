package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.EndpointView;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Lists the assignments. */
@Command(
        name = "assignments",
        description = "List the endpoints that hold an ENI, with the namespace of its device and since when.")
final class AssignmentsCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/assignments");
    }

    @Override
    String format(String body) throws IOException {
        Table table = new Table("ENDPOINT", "CONTAINER", "ENI", "ADDRESSES", "PHASE", "NETNS", "SINCE", "REASON");
        for (AssignmentView assignment : JSON.std.listOfFrom(AssignmentView.class, body)) {
            String netns = assignment.netns();
            table.row(
                    EndpointView.label(assignment.endpoint()),
                    shortened(assignment.endpoint().getOrDefault("container", "")),
                    assignment.eni(),
                    assignment.addresses(),
                    assignment.phase(),
                    netns == null ? "(host)" : netns,
                    assignment.since(),
                    assignment.reason());
        }
        return table.or("no endpoint holds an ENI");
    }

    /** The first 12 characters, as runtimes show ids of containers. */
    private static String shortened(String container) {
        return container.length() > 12 ? container.substring(0, 12) : container;
    }
}

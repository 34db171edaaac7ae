package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Lists the assignments. */
@Command(name = "assignments", description = "List who holds which ENI, where its device is, and since when.")
final class AssignmentsCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/assignments");
    }

    @Override
    String format(String body) throws IOException {
        Table table = new Table("ENDPOINT", "CONTAINER", "ENI", "ADDRESSES", "PHASE", "NETNS", "SINCE", "REASON");
        for (Json.Node assignment : Json.array(body)) {
            String netns = assignment.text("netns");
            table.row(
                    assignment.node("endpoint").endpoint(),
                    shortened(assignment.node("endpoint").text("container")),
                    assignment.text("eni"),
                    addresses(assignment),
                    assignment.text("phase"),
                    netns.isEmpty() ? "(stays home)" : netns,
                    assignment.text("since"),
                    assignment.text("reason"));
        }
        return table.or("no endpoint holds an ENI");
    }

    /** As runtimes show ids of containers. */
    private static String shortened(String container) {
        return container.length() > 12 ? container.substring(0, 12) : container;
    }

    static String addresses(Json.Node assignment) {
        String ipv4 = assignment.node("ipv4").text("address");
        String ipv6 = assignment.node("ipv6").text("address");
        return ipv4 + (ipv4.isEmpty() || ipv6.isEmpty() ? "" : " ") + ipv6;
    }
}

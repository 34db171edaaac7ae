package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Lists the node's ENIs. */
@Command(name = "enis", description = "List the ENIs of this node: where each stands and who holds it.")
final class EnisCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/enis");
    }

    @Override
    String format(String body) throws IOException {
        Table table = new Table("ENI", "MAC", "IPV4", "IPV6", "STATE", "HOLDER", "REASON");
        for (Json.Node eni : Json.array(body)) {
            Json.Node holder = eni.node("holder");
            table.row(
                    eni.text("id"),
                    eni.text("mac"),
                    eni.node("ipv4").text("address"),
                    eni.node("ipv6").text("address"),
                    eni.text("state"),
                    holder.map().isEmpty() ? "-" : holder.endpoint(),
                    eni.text("reason"));
        }
        return table.or("this node has no ENI");
    }
}

package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Shows whether the node can serve endpoints. */
@Command(
        name = "status",
        description = "Say whether this node can serve endpoints, and why not. Exits with 1 when it cannot.")
final class StatusCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/status");
    }

    @Override
    String format(String body) throws IOException {
        Json.Node health = Json.object(body);
        StringBuilder text = new StringBuilder(health.text("status")).append('\n');
        health.texts("reasons")
                .forEach(reason -> text.append("  ").append(reason).append('\n'));
        return text.toString();
    }

    @Override
    int exitStatus(String body) throws IOException {
        return Json.object(body).text("status").equals("UNAVAILABLE") ? 1 : 0;
    }
}

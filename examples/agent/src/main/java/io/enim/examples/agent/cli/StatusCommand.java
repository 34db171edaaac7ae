package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.Health;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Shows whether the node can serve endpoints. */
@Command(
        name = "status",
        description = "Show whether this node can serve endpoints, and if not, why. Exits with 1 if it cannot.")
final class StatusCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/status");
    }

    @Override
    String format(String body) throws IOException {
        Health health = JSON.std.beanFrom(Health.class, body);
        StringBuilder text = new StringBuilder(health.status().name()).append('\n');
        health.reasons().forEach(reason -> text.append("  ").append(reason).append('\n'));
        return text.toString();
    }

    @Override
    int exitStatus(String body) throws IOException {
        return JSON.std.beanFrom(Health.class, body).status() == Health.Status.UNAVAILABLE ? 1 : 0;
    }
}

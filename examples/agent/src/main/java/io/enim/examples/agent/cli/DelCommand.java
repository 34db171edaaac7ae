package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes an endpoint's ENI back. */
@Command(
        name = "del",
        description = {
            "Bring an endpoint's device home and free its ENI. Done again, or for nobody, it succeeds.",
            "Without --container and --interface, every life of that name is meant."
        })
final class DelCommand extends ClientCommand {
    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.post("/v1/del", endpoint.form().toString());
    }

    @Override
    String format(String body) {
        return endpoint.name() + " holds no ENI\n";
    }
}

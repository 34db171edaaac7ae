package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Releases an endpoint's ENI. */
@Command(
        name = "del",
        description = {
            "Return an endpoint's device to the host and free its ENI. Succeeds also when the endpoint holds none.",
            "Without --container and --interface, releases every endpoint of that name."
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

package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Prints the metrics. */
@Command(name = "metrics", description = "Print the metrics in the Prometheus text format.")
final class MetricsCommand extends ClientCommand {
    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/metrics");
    }

    @Override
    String format(String body) {
        return body;
    }
}

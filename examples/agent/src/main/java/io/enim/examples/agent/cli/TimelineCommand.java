package io.enim.examples.agent.cli;

import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the steps of an endpoint's life. */
@Command(name = "timeline", description = "Show the latest steps of an endpoint's life, oldest first.")
final class TimelineCommand extends ClientCommand {
    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.get("/v1/timeline?" + endpoint.form());
    }

    @Override
    String format(String body) throws IOException {
        Table table = new Table("AT", "OPERATION", "STEP", "MS", "ERROR");
        for (Json.Node step : Json.array(body)) {
            long micros = Long.parseLong(step.text("micros"));
            table.row(
                    step.text("at"),
                    step.text("operation"),
                    step.text("step"),
                    micros / 1000 + "." + String.format(Locale.ROOT, "%03d", micros % 1000),
                    step.text("error"));
        }
        return table.or("nothing is known of " + endpoint.name());
    }
}

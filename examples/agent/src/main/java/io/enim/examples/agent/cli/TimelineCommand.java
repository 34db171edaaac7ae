package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.StepView;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the latest steps for an endpoint. */
@Command(name = "timeline", description = "Show the latest steps of an endpoint's operations, oldest first.")
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
        for (StepView step : JSON.std.listOfFrom(StepView.class, body)) {
            table.row(
                    step.at(),
                    step.operation(),
                    step.step(),
                    String.format(Locale.ROOT, "%d.%03d", step.micros() / 1000, step.micros() % 1000),
                    step.error());
        }
        return table.or("nothing is known of " + endpoint.name());
    }
}

package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.api.CheckView;
import io.enim.examples.agent.api.EndpointView;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares an endpoint with what was set up. */
@Command(
        name = "check",
        description = "Compare an endpoint's device with what was set up; change nothing. Exits with 1 if they differ.")
final class CheckCommand extends ClientCommand {
    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.post("/v1/check", endpoint.form().toString());
    }

    @Override
    String format(String body) throws IOException {
        CheckView report = JSON.std.beanFrom(CheckView.class, body);
        StringBuilder text = new StringBuilder(EndpointView.label(report.endpoint()));
        text.append(report.ok() ? " is as it was set up\n" : " is not as it was set up:\n");
        report.differences().forEach(each -> text.append("  ").append(each).append('\n'));
        return text.toString();
    }

    @Override
    int exitStatus(String body) throws IOException {
        return JSON.std.beanFrom(CheckView.class, body).ok() ? 0 : 1;
    }
}

package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares an endpoint with what was set up. */
@Command(
        name = "check",
        description =
                "Compare an endpoint's device with what was set up; change nothing. Exits with 1 on a difference.")
final class CheckCommand extends ClientCommand {
    @Mixin
    private EndpointOptions endpoint = new EndpointOptions();

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.post("/v1/check", endpoint.form().toString());
    }

    @Override
    String format(String body) throws IOException {
        Json.Node report = Json.object(body);
        StringBuilder text = new StringBuilder(report.node("endpoint").endpoint());
        if (report.texts("differences").isEmpty()) {
            return text.append(" is as it was set up\n").toString();
        }
        text.append(" is not as it was set up:\n");
        report.texts("differences")
                .forEach(each -> text.append("  ").append(each).append('\n'));
        return text.toString();
    }

    @Override
    int exitStatus(String body) throws IOException {
        return Json.object(body).texts("differences").isEmpty() ? 0 : 1;
    }
}

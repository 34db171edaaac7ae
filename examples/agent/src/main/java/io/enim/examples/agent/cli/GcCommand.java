package io.enim.examples.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a round of garbage collection. */
@Command(
        name = "gc",
        description = "Run a round of garbage collection and say what was found and done, with the evidence.")
final class GcCommand extends ClientCommand {
    @Option(names = "--dry-run", description = "Only report; change nothing.")
    private boolean dryRun;

    @Override
    AgentClient.AgentResponse send(AgentClient client) throws IOException {
        return client.post(
                "/v1/gc", new Form().with("dryRun", dryRun ? "true" : "").toString());
    }

    @Override
    String format(String body) throws IOException {
        Json.Node report = Json.object(body);
        Table table = new Table("FOUND", "SUBJECT", "OUTCOME", "ACTION", "BECAUSE");
        for (Json.Node finding : report.nodes("findings")) {
            table.row(
                    finding.text("kind"),
                    finding.text("subject"),
                    finding.text("outcome"),
                    finding.text("action"),
                    finding.text("evidence"));
        }
        return table.or("nothing to do") + "looked at " + report.text("examined") + " in " + report.text("millis")
                + " ms" + (report.text("mode").equals("DRY_RUN") ? "; nothing was changed" : "") + "\n";
    }
}

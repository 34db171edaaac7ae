package io.enim.examples.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.GcReport;
import io.enim.examples.agent.api.GcView;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a round of garbage collection. */
@Command(name = "gc", description = "Run one garbage collection and report what was found and done, with the evidence.")
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
        GcView report = JSON.std.beanFrom(GcView.class, body);
        Table table = new Table("FOUND", "SUBJECT", "OUTCOME", "ACTION", "BECAUSE");
        for (GcReport.Finding finding : report.findings()) {
            table.row(
                    finding.kind().name(),
                    finding.subject(),
                    finding.outcome().name(),
                    finding.action(),
                    finding.evidence());
        }
        return table.or("nothing to do") + "examined " + report.examined() + " in " + report.millis() + " ms"
                + (report.mode().equals("DRY_RUN") ? "; nothing was changed" : "") + "\n";
    }
}

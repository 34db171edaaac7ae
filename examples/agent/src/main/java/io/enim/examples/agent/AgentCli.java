package io.enim.examples.agent;

import io.enim.EniException;
import io.enim.examples.agent.cli.ClientCommands;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line: {@code serve}, and what an operator asks a running agent. */
@Command(
        name = "enim-agent",
        mixinStandardHelpOptions = true,
        version = "ENIM example agent",
        subcommands = HelpCommand.class,
        description = "Gives every network endpoint of this node an elastic network interface, and takes it back.",
        footer = {
            "",
            "Begin with:  enim-agent serve --set enim.provider=fake",
            "Then:        enim-agent status; enim-agent enis; enim-agent assignments",
            "When a pod has no network:  enim-agent timeline NAMESPACE/NAME",
            "When an ENI is quarantined: enim-agent gc --dry-run says why, enim-agent gc mends what it can"
        })
public final class AgentCli {
    private static final int FAILED = 1;

    private AgentCli() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine(new ServeCommand(CoreManagers::create)).execute(arguments));
    }

    /**
     * Runs one command that prints to a writer; the exit status.
     *
     * @param out where output and errors go
     */
    public static int run(PrintWriter out, String... arguments) {
        CommandLine line = commandLine(new ServeCommand(CoreManagers::create));
        return line.setOut(out).setErr(out).execute(arguments);
    }

    static CommandLine commandLine(ServeCommand serve) {
        CommandLine line = new CommandLine(new AgentCli());
        line.addSubcommand(serve);
        ClientCommands.all().forEach(line::addSubcommand);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            if (!(error instanceof EniException)) {
                throw error;
            }
            PrintWriter err = command.getErr();
            err.println(error.getMessage());
            err.flush();
            return FAILED;
        });
        return line;
    }
}

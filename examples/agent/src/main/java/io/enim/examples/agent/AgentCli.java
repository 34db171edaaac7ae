// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import io.enim.EniException;
import io.enim.examples.agent.cli.ClientCommands;
import io.enim.examples.agent.cli.DiagnosisCommands;
import io.enim.examples.agent.host.HostCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The command line: {@code serve}, and the commands that ask a running agent. */
@Command(
        name = "enim-agent",
        mixinStandardHelpOptions = true,
        version = "ENIM example agent",
        subcommands = {HelpCommand.class, ServeCommand.class},
        description = "Gives every network endpoint of this node an elastic network interface and takes it back.",
        footer = {
            "",
            "Begin with:  enim-agent serve --set enim.provider=fake",
            "Then:        enim-agent status; enim-agent enis; enim-agent assignments",
            "On a stock image:  enim-agent host check; enim-agent host install",
            "When a pod has no network:  enim-agent timeline NAMESPACE/NAME",
            "To see more of the agent:  enim-agent log-level io.enim DEBUG --for 10m",
            "When an ENI is quarantined: enim-agent gc --dry-run says why, enim-agent gc repairs what it can"
        })
public final class AgentCli {
    private AgentCli() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** Runs one command that prints output and errors to a writer, and returns its exit status. */
    public static int run(PrintWriter out, String... arguments) {
        return commandLine(arguments).setOut(out).setErr(out).execute(arguments);
    }

    /** A daemon that starts does not read the annotations of the other commands first. */
    private static CommandLine commandLine(String... arguments) {
        CommandLine line = new CommandLine(new AgentCli());
        if (arguments.length == 0 || !arguments[0].equals("serve")) {
            line.addSubcommand(HostCommand.class);
            for (Object command : ClientCommands.all()) {
                line.addSubcommand(command);
            }
            for (Object command : DiagnosisCommands.all()) {
                line.addSubcommand(command);
            }
        }
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(new ErrorPrinter());
        return line;
    }

    /** No lambda: it would keep Picocli, whose class files are of Java 5, out of the class-data archive. */
    private static final class ErrorPrinter implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) throws Exception {
            if (!(error instanceof EniException)) {
                throw error;
            }
            PrintWriter err = command.getErr();
            err.println(error.getMessage());
            err.flush();
            return 1;
        }
    }
}

package io.enim.examples.agent.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends a request to the agent and prints the answer. Not thread-safe. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the agent answered with an error",
            "2:wrong command line",
            "3:the agent cannot be reached"
        })
abstract class ClientCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int UNREACHABLE = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            defaultValue = "${env:ENIM_SOCKET:-/run/enim/agent.sock}",
            description = "The agent's socket (default: $ENIM_SOCKET, or /run/enim/agent.sock).")
    private Path socket = Path.of("/run/enim/agent.sock");

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "150",
            description = "Time limit for the answer (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 150;

    @Option(names = "--json", description = "Print the agent's answer as JSON instead of a table.")
    private boolean json;

    /** Sends the request. */
    abstract AgentClient.AgentResponse send(AgentClient client) throws IOException;

    /** The text to print for a successful answer. */
    abstract String format(String body) throws IOException;

    /** The exit status for a successful answer. */
    int exitStatus(String body) throws IOException {
        return OK;
    }

    @Override
    public final Integer call() {
        CommandSpec command = requireNonNull(spec, "spec");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        AgentClient client = new AgentClient(socket, Duration.ofSeconds(Math.max(1, timeoutSeconds)));
        try {
            AgentClient.AgentResponse agentResponse = send(client);
            if (agentResponse.status() != 200) {
                err.println(json ? agentResponse.body() : error(agentResponse));
                err.flush();
                return REFUSED;
            }
            out.print(json ? agentResponse.body() : format(agentResponse.body()));
            out.flush();
            return exitStatus(agentResponse.body());
        } catch (IOException e) {
            err.println("no agent reached at " + socket + ": " + e.getMessage()
                    + ". Start it (enim-agent serve), or name its socket (--socket).");
            err.flush();
            return UNREACHABLE;
        }
    }

    private static String error(AgentClient.AgentResponse agentResponse) throws IOException {
        if (!agentResponse.body().startsWith("{")) {
            return "HTTP " + agentResponse.status() + " " + agentResponse.body();
        }
        Map<String, Object> error = JSON.std.mapFrom(agentResponse.body());
        String message = String.valueOf(error.getOrDefault("message", error.get("msg")));
        return Boolean.TRUE.equals(error.get("retryable")) ? message + " (try again later)" : message;
    }
}

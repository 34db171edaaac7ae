// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the client commands share: sends a request to the agent and prints the answer. Not thread-safe. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the agent answered with an error",
            "2:wrong command line",
            "3:the agent cannot be reached"
        })
final class AgentConnection {
    private static final int REFUSED = 1;
    private static final int UNREACHABLE = 3;

    @Spec(Spec.Target.MIXEE)
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

    /** Sends a request. */
    @FunctionalInterface
    interface Exchange {
        AgentResponse with(AgentClient client) throws IOException;
    }

    /** Reads something from the body of a successful answer. */
    @FunctionalInterface
    interface BodyReader<T> {
        T read(String body) throws IOException;
    }

    /** A client of the agent that waits no longer than this, or than the option says. */
    AgentClient client(Duration most) {
        Duration option = Duration.ofSeconds(Math.max(1, timeoutSeconds));
        return new AgentClient(socket, option.compareTo(most) < 0 ? option : most);
    }

    Path socket() {
        return socket;
    }

    boolean isJson() {
        return json;
    }

    void print(String text) {
        print(requireNonNull(spec, "spec").commandLine().getOut(), text);
    }

    void printError(String text) {
        print(requireNonNull(spec, "spec").commandLine().getErr(), text);
    }

    /** Prints the answer, or the text made from it, and returns the exit status. */
    int ask(Exchange exchange, BodyReader<String> text) {
        return ask(exchange, text, body -> true);
    }

    /** As {@link #ask(Exchange, BodyReader)}; the exit status also says whether the answer is a good one. */
    int ask(Exchange exchange, BodyReader<String> text, BodyReader<Boolean> good) {
        CommandLine command = requireNonNull(spec, "spec").commandLine();
        try {
            Duration timeout = Duration.ofSeconds(Math.max(1, timeoutSeconds));
            AgentResponse answer = exchange.with(new AgentClient(socket, timeout));
            String body = answer.body();
            if (answer.status() != 200) {
                print(command.getErr(), (json ? body : error(answer)) + System.lineSeparator());
                return REFUSED;
            }
            print(command.getOut(), json ? body : text.read(body));
            return good.read(body) ? 0 : REFUSED;
        } catch (IOException e) {
            print(
                    command.getErr(),
                    "no agent reached at " + socket + ": " + e.getMessage()
                            + ". Start it (enim-agent serve), or name its socket (--socket)." + System.lineSeparator());
            return UNREACHABLE;
        }
    }

    private static void print(PrintWriter to, String text) {
        to.print(text);
        to.flush();
    }

    /** The message of an answer that is an error. */
    static String error(AgentResponse answer) throws IOException {
        if (!answer.body().startsWith("{")) {
            return "HTTP " + answer.status() + " " + answer.body();
        }
        Map<String, Object> error = JSON.std.mapFrom(answer.body());
        String message = String.valueOf(error.getOrDefault("message", error.get("msg")));
        return Boolean.TRUE.equals(error.get("retryable")) ? message + " (try again later)" : message;
    }
}
